"""What a club decides about its numbers: rules with their preview, tags of exercises."""
