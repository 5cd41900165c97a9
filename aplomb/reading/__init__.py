"""Reading text: which part is new and which is quoted, and in which language it is written. Pure."""
