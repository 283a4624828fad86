"""Events folded in memory, and looked at as scorecards, obligations and a ledger, as of any instant."""
