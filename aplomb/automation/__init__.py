"""What is done in one go: macros. Several actions and a reply under one name."""
