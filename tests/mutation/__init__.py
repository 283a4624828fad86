"""Every number of every rulebook in ``schemes/`` is pinned by an example: whoever changes one sees an example fail."""
