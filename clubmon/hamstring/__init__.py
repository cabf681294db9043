"""The loop of one athlete: check-in, referral, clearance, plan and re-check."""
