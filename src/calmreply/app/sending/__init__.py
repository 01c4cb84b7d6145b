"""From the first written word to the reply on its page, exactly once."""
