"""Mail while processes are killed: `make crash ROUNDS=200` counts what was lost and what came twice. See docs/reliability.md."""
