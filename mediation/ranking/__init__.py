"""What makes a place the right one for somebody, factor by factor."""
