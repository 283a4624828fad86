"""The HTTP edge that all services share: one application factory, one form of error, one way to ask who is asking."""
