"""The second pair of eyes, here or far away."""
