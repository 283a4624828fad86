"""Working the projection out again from the recorded events, beside the live one, until it takes over from it."""
