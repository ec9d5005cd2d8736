"""The socket of a seat: what may be said over it, its rules without I/O, and its driver."""
