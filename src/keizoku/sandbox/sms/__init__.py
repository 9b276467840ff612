"""The SMS carrier: Karaden's Message API (version 2024-03-01), held to its OpenAPI file by a contract test."""
