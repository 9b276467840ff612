"""The database: the embedded PostgreSQL, its roles and the guards on its tables.

`embedded` is for whoever needs a server and was given none; `roles` prepares any server; `guards` is for
migrations. The rest (`addresses`, `layout`, `executables`, `cluster`, `keeper`) serves `embedded` alone.
"""
