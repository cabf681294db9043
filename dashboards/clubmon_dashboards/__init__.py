"""Plotly figures: plain data in, figure out; never opens the database."""
