"""A physio's lists: referrals, answers and plans to look at, known conditions."""
