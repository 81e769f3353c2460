"""SIP as far as the tool speaks it itself: pure, no socket."""
