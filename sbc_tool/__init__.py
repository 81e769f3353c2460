"""sbc-tool: sets up, checks and repairs a Patton eSBC between Microsoft Teams and a STARFACE."""

__version__ = "0.1.0"
