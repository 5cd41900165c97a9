"""The only writers of tickets. Each: fetch through the door with a lock, ask, write what changed, say what happened."""
