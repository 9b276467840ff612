"""A file of the bank becomes customers: read, judged, compared, written; in the browser or by command."""
