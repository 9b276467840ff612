"""Numbers people need: answers counted as they come, and what the counters say about a campaign, also years later."""
