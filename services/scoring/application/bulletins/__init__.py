"""Bulletins (通报): issuing them, by an operator's order or by themselves, and telling what has changed since."""
