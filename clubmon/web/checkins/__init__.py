"""The check-in on a phone, and how often it is answered."""
