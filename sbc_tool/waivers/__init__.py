"""Findings that somebody has decided to put up with: comments beside them, or a baseline file. None is for ever."""
