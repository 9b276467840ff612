"""LINE's Messaging API as its servers answer it: paths, status codes, bodies and headers.

Source of every rule: LINE's OpenAPI files (line/line-openapi, July 2026, and what SDK 3.27 adds) and LINE's public
reference. Where LINE's own pages are silent or contradict each other, the code says which way I chose.
"""
