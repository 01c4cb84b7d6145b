"""One module a migration; its revision is the number of the schema it leads to."""
