"""A rulebook tried out in memory: organisation, scheme and happenings become scorecards, without any service."""
