"""What stops a backup or a restore, in words for the operator."""


class BackupTrouble(Exception):
    """Nothing was done, or what was done was taken back; the text says why and how to go on."""
