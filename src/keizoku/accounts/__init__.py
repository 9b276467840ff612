"""Staff, their roles and permissions, and sign-in."""
