"""Texts sent again and again: notices, letters, signatures, canned replies; versions, languages, variables.

A letter has versions, a version has a text in each language, a text has variables. The first version of the common ones
is shipped as files (`shipped/`), which count until the desk puts one of its own in force. `rendering.render_letter` is the
one way from a letter's key to words for a customer.
"""
