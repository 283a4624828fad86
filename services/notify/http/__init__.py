"""Notify over HTTP: alerts, the stream of their changes, subscriptions, deliveries, parked departments."""
