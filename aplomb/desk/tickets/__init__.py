"""Queues and tickets in the browser. Views read a form, call one action and answer."""
