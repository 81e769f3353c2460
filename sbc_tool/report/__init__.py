"""Results for people and for programs: one writer a file."""
