"""Measurements: a probe opens at most one connection and returns a frozen fact, or says why it is not known."""
