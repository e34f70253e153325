"""What every page needs and no domain word: pages by key, small template tags."""
