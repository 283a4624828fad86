"""Whether what an example expects is what comes of it, and why."""
