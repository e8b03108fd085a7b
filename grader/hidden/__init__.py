"""The hidden checks: run by pytest in the host, one file for each assignment."""
