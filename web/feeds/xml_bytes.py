"""An XML tree as the bytes of a document."""

from xml.etree import ElementTree as ET


def xml_bytes(root: ET.Element) -> bytes:
    """Write a tree, indented, in UTF-8; the same tree gives the same bytes."""
    ET.indent(root, " ")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}\n'.encode()
