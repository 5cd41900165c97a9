"""A ticket is one matter of one customer, from the first word to the last: its conversation, its state, who has it.

Also here: request types, tags, drafts, and the hash chain that each ticket keeps through the journal.
"""
