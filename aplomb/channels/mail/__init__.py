"""Mail in and out: what arrives is stored, parsed and matched; what leaves is composed and delivered."""
