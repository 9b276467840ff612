"""One module a kind of document: what is printed where. Nobody but `sample.documents` calls them."""
