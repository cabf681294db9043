"""How things are said: language, days, weeks and units, and kept sentences in the reader's own."""
