"""The record of each customer: versions with provenance, facts, contact points, search, import."""
