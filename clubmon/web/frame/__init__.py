"""What every page stands in: who may use it, headers, errors, language, figures, what is shared."""
