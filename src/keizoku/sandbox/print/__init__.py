"""The print house: takes batches of letters under keys, prints after the day's cut-off, posts, and tells what comes back."""
