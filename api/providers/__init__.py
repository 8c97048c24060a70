"""What talks to the providers of the channels: their HTTP interfaces, and what their messages mean."""
