"""Messages in and out, one folder a kind of channel."""
