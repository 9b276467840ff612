"""What can be seen in pictures of documents and faces: a library of plain functions, usable from a notebook.

I own pictures and what is read in them; I know nothing of customers, cases or storage, and import no framework. Every
function answers with what it found, why, and how sure it is, and never guesses in silence. Models are opened through
`keizoku.vision.models`, by name and checksum.
"""
