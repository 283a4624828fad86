"""The sections of a scheme, a module each: from the nodes of its text to the model."""
