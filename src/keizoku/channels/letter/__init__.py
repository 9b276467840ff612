"""Letters: a window is a batch, one print file with its list, handed in to a print house under one key."""
