"""Printed text: where its lines are, and what they say within the alphabet that a field can have.

I own the two models of text and what they cannot know. A line is recognised once; it may then be decoded again under a
narrower alphabet, because what the model thought of every character at every place is kept with it.
"""

from keizoku.vision.text.alphabets import Alphabet
from keizoku.vision.text.finder import Box, find
from keizoku.vision.text.recogniser import Letter, Line, recognise
from keizoku.vision.text.variants import is_unknowable, may_be_variant

__all__ = ["Alphabet", "Box", "Letter", "Line", "find", "is_unknowable", "may_be_variant", "recognise"]
