"""The desk in the browser: queue, ticket, customers, settings."""
