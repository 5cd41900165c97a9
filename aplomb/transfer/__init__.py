"""What comes into the desk and goes out of it as a whole: imports, exports and the demo."""
