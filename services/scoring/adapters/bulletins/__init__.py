"""Bulletins in the scoring database."""
