"""What an attribute is, how one is read strictly, how its values are read and written. Pure."""
