"""How the desk is put together: settings, addresses, servers, the command, the wiring page."""
