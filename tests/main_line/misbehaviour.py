"""How the sandbox ERP misbehaves in the acceptance: each name is one run of its own."""


def rules_of(name, away_ms):
    """Rules for POST /admin/faults. Percentages are of all requests, look-ups among them."""
    return {
        # Some answers come after the hub has stopped waiting (2 s): committed, but unclear.
        "slow": [{"fault": "slow", "percent": "30", "ms": 300}, {"fault": "slow", "percent": "1", "ms": 2600}],
        "500 before": [{"fault": "error_before", "percent": "15"}],
        "500 after commit": [{"fault": "error_after", "percent": "15"}],
        "429": [{"fault": "rate_limit", "percent": "15", "ms": 1000}],
        "drop before": [{"fault": "drop_before", "percent": "15"}],
        "drop after commit": [{"fault": "drop_after", "percent": "15"}],
        "accept later": [{"fault": "accept_later", "percent": "30", "ms": 400}],
        "accept then reject": [{"fault": "accept_later", "percent": "10", "ms": 200, "outcome": "reject"}],
        "away, refusing": [{"fault": "away", "count": 1, "skip": 100, "ms": away_ms, "outcome": "refuse"}],
        "away, 503": [{"fault": "away", "count": 1, "skip": 100, "ms": away_ms, "outcome": "unavailable"}],
        "all at once": [{"fault": fault, "percent": "3", "ms": 400} for fault in
                        ("slow", "error_before", "error_after", "rate_limit", "drop_before", "drop_after",
                         "accept_later")],
    }[name]


NAMES = ("slow", "500 before", "500 after commit", "429", "drop before", "drop after commit", "accept later",
         "accept then reject", "away, refusing", "away, 503", "all at once")
