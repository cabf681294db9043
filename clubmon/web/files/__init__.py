"""Files that are handed over: by page, by program, of a whole team, and what is doubted in them."""
