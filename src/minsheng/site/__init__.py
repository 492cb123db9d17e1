"""Settings, root urls, wiring, command line, asgi/wsgi."""
