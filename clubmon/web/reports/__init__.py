"""A week of a team to read, print and show: report, wall display, frame in a page."""
