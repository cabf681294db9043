"""What is written to whom: the notes of a morning, tier 3, the outbox and the mail server."""
