"""Files of articles too many for a store, grouped as the service would, on one of three engines."""
