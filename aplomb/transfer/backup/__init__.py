"""A desk in one file: its database and files as they were at one instant, and back into an empty place.

The archive is a compressed tar that names no engine, so that what was saved from SQLite comes back on PostgreSQL and the
other way round. docs/flows/backup.md tells its format.
"""
