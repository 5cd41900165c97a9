"""Real parts for tests: servers and a browser, started when asked for, stopped at the end. Nothing is mocked."""
