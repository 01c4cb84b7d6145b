"""The response plan: wordings made in calm times, and what is made of them."""
