"""Output feeds: the stories of any choice as Atom, RSS and JSON Feed, and the sources as OPML."""
