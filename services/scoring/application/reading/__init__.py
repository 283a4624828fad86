"""The read side: scorecards, ranks, obligations and explanations, computed when somebody asks.

Nothing here writes. What is stored (totals, the ledger, periods, obligations) comes through the ``Snapshot`` port;
lines and ranks are computed from it with the scheme version each period belongs to.
"""
