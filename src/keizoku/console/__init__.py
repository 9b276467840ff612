"""Staff screens: parse, call, render."""
