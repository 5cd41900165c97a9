"""The demo: the world of Borealis, written as TOML and played through the real actions of the desk."""
