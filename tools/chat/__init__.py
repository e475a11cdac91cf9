"""Requests to models that survive anything: limits, retries, repairs, an answer cache, a ledger."""
