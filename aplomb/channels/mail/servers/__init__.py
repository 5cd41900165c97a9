"""The mail servers of a mailbox: found from its address, tried, explained to people, and signed in to."""
