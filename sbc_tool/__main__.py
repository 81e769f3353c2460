"""`python -m sbc_tool`."""

from sbc_tool.cli import main

main()
