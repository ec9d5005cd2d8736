"""Passing sealed bytes between the parts of Parley that may live on different machines."""
