"""What the services say to one another: the envelope, the events, and their topics' payloads.

Every service may import this package and nothing of another service.
"""
