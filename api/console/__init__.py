"""The mediators' console at /mediateur: accounts, sign-in, pages."""
