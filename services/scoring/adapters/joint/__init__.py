"""What groups and the organisation owe, and what was decided on it, in Postgres."""
