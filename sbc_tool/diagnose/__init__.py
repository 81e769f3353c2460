"""From a complaint, a code, a trace or a live system to the cause and the fix: one fault a file."""
