"""The bank's file: its columns, what each cell may hold, and why a row is refused.

Pure: no Django, no database. `table` turns bytes into rows with their line numbers, `columns` reads the
header, `rows` reads one row into a typed `ParsedRow` or a `Rejection`. A rejection never holds the value
that it refuses. The layout as banks read it is docs/import-layout.md; a test holds that page equal to the
tables here.
"""
