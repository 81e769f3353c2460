"""The site file: one customer installation, read and checked before anything else happens."""
