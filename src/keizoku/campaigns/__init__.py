"""Audience, journey, approval, exclusions, the planner."""
