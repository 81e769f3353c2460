"""Its place makes the modules of this folder (certificates, nameserver, ...) importable from all tests."""
