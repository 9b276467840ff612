"""The customer's pages: parse, call, render."""
