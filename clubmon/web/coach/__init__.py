"""A coach's morning: who to talk to and why, the squad's grid and charts, any past day."""
