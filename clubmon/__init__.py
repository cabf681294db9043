"""clubmon: training load and hamstring check-ins for a sports club."""
