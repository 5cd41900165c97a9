"""Pages of letters: the list, the editor with its preview, versions; canned replies in the composer."""
