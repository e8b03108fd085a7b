"""The hidden checks: run by pytest in the host, one folder for each assignment."""
