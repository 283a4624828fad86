"""Processes that every service runs alike."""
