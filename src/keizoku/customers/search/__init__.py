"""Finding a customer by what staff have at hand, without decrypting anybody."""
