"""The places outside the database that take the chain's heads: a file of another storage, and a witness."""
