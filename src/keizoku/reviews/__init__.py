"""The review's states, the customer's answer, proposed changes, decisions."""
