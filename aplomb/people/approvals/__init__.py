"""Decisions that nobody makes alone: kinds of them, what they are about, who may decide, and what happens to them."""
