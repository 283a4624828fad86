"""Organisations, departments, outlets, schemes and tokens as a service knows them, in its own database.

The submission service owns the directory and writes these tables in the transactions of its commands; the other
services have the same tables and follow the topic ``directory-events``.
"""
