"""What is held about a person: handed out, deleted when old, erased when asked."""
