"""`python -m api.cli`: what the `allo` script runs."""

from api.cli.main import main

main()
