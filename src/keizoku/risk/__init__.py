"""Scorecards, ratings with their reasons, and due dates."""
