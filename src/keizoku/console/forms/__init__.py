"""What browsers post, read into frozen dataclasses of text; a form keeps what was typed, also when it is wrong."""
