"""The phone line: calls, what a caller did, and the TwiML that answers."""
