"""What ``make run`` offers: every rulebook of ``schemes/``, each with an invented year under it."""
