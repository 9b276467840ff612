"""The end of a relation and its re-opening: who closed it, when and why, and the contact stop that follows at once."""
