"""The scorecards' readings from the scoring database."""
