"""Several computers on one home, and moving there."""
