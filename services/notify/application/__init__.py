"""What notify does: fold decisions into alerts, manage subscriptions, deliver."""
