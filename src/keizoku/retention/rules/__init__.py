"""Pure rules of retention: policies, states, certificates."""
