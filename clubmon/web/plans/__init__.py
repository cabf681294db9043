"""Drills and plans: the library, what is asked today, what staff decide, what came of it."""
