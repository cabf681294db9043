"""Who one is and what one agreed to: signing in, consent, mails, and the admin."""
