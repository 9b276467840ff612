"""The customer's views: enter, answer, and what stands beside the walk. GET changes nothing."""
