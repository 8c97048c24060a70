"""The service: settings, storage, conversations, HTTP routes and the command line."""
