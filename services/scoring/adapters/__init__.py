"""Scoring's side of Postgres and of the directory: what implements the ports of the application."""
