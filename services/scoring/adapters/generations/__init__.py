"""Generations of the projection's tables in Postgres: the live one in the schema public, the next in one of its own."""
