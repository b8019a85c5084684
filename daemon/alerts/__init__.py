"""Alerts: which rules ring for what happened, and how word of it reaches people and programs."""
