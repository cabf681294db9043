"""What was done, in numbers: from raw rows to days, windows and metrics."""
