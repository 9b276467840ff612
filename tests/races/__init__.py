"""Real processes, killed and cut off while they work; what happened is counted from the carriers' own journals."""
