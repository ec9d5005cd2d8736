"""What is typed in a room, as plain values. Pure."""
