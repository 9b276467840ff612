"""Simulated customers who answer by themselves, through the portal's real pages, as people without JavaScript."""
