"""Real parts for tests: servers and a browser, started when first asked for and stopped at the end. Nothing is mocked."""
