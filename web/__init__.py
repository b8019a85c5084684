"""What people read: the HTTP API, the pages and the output feeds."""
