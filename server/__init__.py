"""Parley: a real-time online mediation room."""
