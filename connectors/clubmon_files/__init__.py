"""Reads the files that athletes export from their watches and apps."""
