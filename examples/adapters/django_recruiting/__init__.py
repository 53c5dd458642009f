"""A Django app whose models answer the recipient policy."""
