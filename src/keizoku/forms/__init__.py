"""Questionnaires: definitions as data with versions, one evaluator, drafts and answers."""
