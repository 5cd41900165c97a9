"""The desk for machines: /api/v1."""
