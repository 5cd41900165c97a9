"""Mail in and out: what arrives is stored, parsed and matched; what leaves is composed and delivered.

Five folders, from the top: coming_in, servers, proof, going_out, reading; beside them stands what all of them share.
"""
