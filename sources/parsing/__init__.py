"""From the bytes of an answer to a document of entries, in worker processes that can be killed."""
