"""Reading: the bytes of a mail in, plain values out. Pure: no database, no network, and no other folder of the mail."""
