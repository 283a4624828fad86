"""What may happen, and the events that it becomes: a simple office with its departments, items and facts."""
