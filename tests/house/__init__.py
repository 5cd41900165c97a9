"""The rules of the house as tests: each shows what it refuses and what it lets pass, then looks at the whole tree."""
