"""What was on the wire: SIP, RTP and RTCP out of captures and logs, grouped into calls."""
