"""Microsoft's rules for Direct Routing as dated data."""

from sbc_tool.teams.rules import Cloud, Program, RetiredRoot, Root, Rules, Suite, load, program

__all__ = ["Cloud", "Program", "RetiredRoot", "Root", "Rules", "Suite", "load", "program"]
