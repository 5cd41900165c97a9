"""Who really sent a mail, and whether it is wanted: proof of its origin, spam, blocked senders, viruses."""
