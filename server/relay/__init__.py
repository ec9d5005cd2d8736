"""Passing sealed bytes between the parts of Parley that may one day live on different machines."""
