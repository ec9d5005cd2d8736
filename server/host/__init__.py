"""Live sessions: one at a time each, and the only place where the rules meet sockets, disks and packets."""
