"""Tests of the whole house; those of one room lie beside its code, in aplomb/*/tests."""
