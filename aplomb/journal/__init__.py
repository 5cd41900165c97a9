"""What happened: events on hash chains, the jobs that follow from them, and every mail that leaves."""
