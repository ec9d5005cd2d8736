"""The door for programs: REST with the operator's key."""
