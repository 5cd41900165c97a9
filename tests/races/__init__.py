"""Two at once. Each race has a twin that loses without the lock, so that the other's passing means something."""
