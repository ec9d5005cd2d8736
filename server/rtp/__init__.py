"""Packets and `now` in, packets out: forwarding of encoded media inside one session. No sockets, keys or codecs."""
