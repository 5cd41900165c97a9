"""Pure pieces without models: time, environment readers, canonical forms, HTML."""
