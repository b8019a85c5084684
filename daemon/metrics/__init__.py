"""What the service tells of itself: its metrics, and the door at which a monitoring system asks for them."""
