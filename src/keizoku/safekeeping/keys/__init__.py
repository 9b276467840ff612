"""Keys: rotation, re-encryption, the blind indexes' keys, and a key's end."""
