"""Documents on paper: templates set as PDF or pictures by typst, with fonts of our own.

Invariants: what is put into a document goes in as JSON, never into a template's text, so that no value can become code;
the same inputs and moment give the same bytes; a character that no font here has is told, never drawn as a box.
Any room may call me. Its templates (``*.typ``) lie in its own folder and begin with ``base.typ``.
"""
