"""What every process needs to be run: settings, logs, metrics, a status port, and an orderly end."""
