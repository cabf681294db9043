"""Sources that are asked: connected, fetched, kept no longer than allowed, and left."""
