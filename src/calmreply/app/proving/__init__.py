"""Whether what the database says is true."""
