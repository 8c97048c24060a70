"""The web chat: its pages, its visitors and what protects them."""
