"""Finding tickets by the words of their subject, the name of their customer, and addresses."""
