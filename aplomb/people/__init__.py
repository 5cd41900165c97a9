"""The staff of the desk: who they are, what they may do, their teams, and how they come in."""
