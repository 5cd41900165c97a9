"""Every mail that leaves: queued in the transaction of what it answers, handed over by a job, its fate told as an event.

queued → sending → sent
   ↑        ↓ temporary failure: again with growing pauses, up to three days
   └────────┴→ failed (permanent, or three days are over)
queued → withdrawn (undone in time)      no server set: kept → queued (released) or discarded
"""
