"""The tables, the topic and the network behind notify's use cases."""
