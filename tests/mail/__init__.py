"""Mail in the shapes in which it really arrives, by kind: `<kind>/<name>.eml`, and beside it what must be read of it."""
