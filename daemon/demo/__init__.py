"""The demonstration: stories written for riwaya, and a loopback server that publishes them as feeds.

Every outlet, country, town, person and event in it is invented. Where a text credits a real news agency, it
does so only because copies of wire stories do; the agency never sent it.
"""
