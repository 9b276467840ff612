"""One folder per carrier, found through the registry, imported by nobody by name."""
