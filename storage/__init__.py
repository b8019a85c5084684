"""The relational store: schema, migrations, reading and writing."""
