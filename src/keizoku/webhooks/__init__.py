"""Carriers' callbacks: verify the signature on the raw bytes, store raw, answer 2xx."""
