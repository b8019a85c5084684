"""The pages: what a person reads in a browser."""
