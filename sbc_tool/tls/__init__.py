"""Certificates: reading PEM, names, issuers, trust. Pure reasoning over bytes; connections are made in facts/tls.py."""
