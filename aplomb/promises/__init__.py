"""What is due, when and why; the earliest orders the queue."""
