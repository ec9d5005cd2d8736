"""The command line: running a server, and asking a running one."""
