"""Encrypted fields, blind indexes and the keys behind them (design decisions 10 to 12)."""
