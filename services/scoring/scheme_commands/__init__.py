"""``tongbao scheme …``: for those who write rulebooks, on their own machine, without any service running."""
