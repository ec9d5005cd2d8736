"""Packets and `now` in, packets out: forwarding of encoded media inside one session, without sockets, keys or codecs."""
