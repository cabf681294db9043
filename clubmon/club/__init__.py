"""Who is who: people, teams, consent, contacts, signing in, signed links, connected sources."""
