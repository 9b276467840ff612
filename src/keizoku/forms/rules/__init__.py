"""Pure rules of questionnaires: what one is, how its text is read, how answers are judged."""
