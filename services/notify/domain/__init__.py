"""The rules of alerts, subscriptions and deliveries: pure, without a clock, a network or a database."""
