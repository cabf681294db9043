"""The week ahead: planned sessions, and what the rules would make of them."""
