"""Schemes at random over the whole language, and what may happen under them to several departments."""
