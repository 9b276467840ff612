"""Whether a contact point can be used, by evidence: newer evidence wins, a new address begins anew, people opt out."""
