"""Customers who are likely one: found by the tokens they share, merged by two people, or kept apart."""
