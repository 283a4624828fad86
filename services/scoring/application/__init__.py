"""The use cases of scoring: ``projector`` folds the departments' streams into the database."""
