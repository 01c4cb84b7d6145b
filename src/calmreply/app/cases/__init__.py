"""A case from the first reading to the debrief."""
