"""The device's language: its grammar as data, text to tree and back, references, differences."""
