"""Retention's verbs: policies, holds, plans, destruction."""
