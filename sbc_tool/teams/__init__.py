"""Microsoft's rules for Direct Routing as dated data."""

from sbc_tool.teams.rules import Cloud, Root, Rules, load

__all__ = ["Cloud", "Root", "Rules", "load"]
