"""Pure rules of reviews: states, limits, reasons, what an answer proposes, what a screen may show."""
