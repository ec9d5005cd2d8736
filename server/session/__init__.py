"""The session itself: who is where, who may know, who may hear. Pure."""
