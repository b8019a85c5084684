"""The outside world to entries: HTTP, parsing, dates, item identity and the rule of when to fetch next."""
