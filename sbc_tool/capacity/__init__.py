"""How much a line carries and how much is needed: pure arithmetic."""
