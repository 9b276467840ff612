"""The people outside: who they are, which phone and mailbox they have, and how they behave."""
