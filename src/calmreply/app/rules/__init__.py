"""The rules and settings of the business, and how they change."""
