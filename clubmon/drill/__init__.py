"""What to do about it: the library of drills, plans made of them, and what came of those."""
