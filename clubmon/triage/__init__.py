"""From answers to one pattern to discuss: questions, readings and rules; pure."""
