"""organisation.yaml and examples.yaml, read, with every mistake told at once."""
