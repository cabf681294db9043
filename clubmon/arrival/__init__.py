"""How data comes in: files and what is read of them, doubts, questions, and raw rows."""
