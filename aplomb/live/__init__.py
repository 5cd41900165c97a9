"""Open pages hear what changed: one stream a browser, ids only."""
