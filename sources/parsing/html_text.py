"""HTML to plain text that keeps paragraphs and never glues words together.

Every pass is linear in the length of the input, whatever it holds: a search that failed once for the rest of
the text is not begun again at the next tag.
"""

import html
import re

# These begin a new line.
_BLOCK = frozenset(
    """
    address article aside blockquote body br caption center dd details dialog dir div dl dt fieldset figcaption
    figure footer form h1 h2 h3 h4 h5 h6 head header hr html legend li main menu nav ol optgroup option p pre
    section summary table tbody tfoot thead title tr ul
    """.split()  # noqa: SIM905 - sixty quoted names are harder to read
)
# These stand between words without a line of their own.
_GAP = frozenset(
    """
    audio button canvas embed iframe img input map math meter object picture progress select svg td textarea th
    video
    """.split()  # noqa: SIM905
)
# These stand inside words.
_INLINE = frozenset(
    """
    a abbr acronym area b base basefont bdi bdo big cite code col colgroup command data datalist del dfn em font
    frame frameset i ins kbd label link mark meta nobr noscript output param q rp rt ruby s samp slot small
    source span strike strong sub sup template time track tt u var wbr
    """.split()  # noqa: SIM905
)
# What stands for each: None for the start of a line.
_MARKS: dict[str, str | None] = dict.fromkeys(_BLOCK) | dict.fromkeys(_GAP, " ") | dict.fromkeys(_INLINE, "")
# Their content is not text.
_HIDDEN = {name: re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE) for name in ("script", "style")}

# Attributes begin in ASCII; what follows "<b" in Arabic is a sentence with a less-than sign.
_NAME = re.compile(r"/?([a-zA-Z][^\s/><]*+)(?!\s*+[^\x00-\x7f])")
# A tag up to its end; a quoted value may hold the closing bracket. Possessive, so it never tries twice.
_TAG_END = re.compile(r"""(?:[^=>]++|=\s*+(?:"[^"]*+"|'[^']*+')?+)*+>""")
# What a tag of a name unknown to HTML must look like to be one: <o:p>, <fb:like href="...">, not <b and c>.
_ODD_TAG = re.compile(r"/?[a-zA-Z][\w:-]*(?:\s+[\w:-]+\s*=[^>]*)?\s*/?>")

# Longer references are no characters; Python's own decoder would raise at 4,300 digits.
_REFERENCE = re.compile(
    r"&(?:#(?=[0-9])0*+[0-9]{0,7}(?![0-9])|#[xX](?=[0-9a-fA-F])0*+[0-9a-fA-F]{0,6}(?![0-9a-fA-F])|[a-zA-Z][a-zA-Z0-9]{1,31});?"
)
# A tag whose end cannot be mistaken: of a known name, its values in double quotes and without brackets.
_PLAIN_TAG = re.compile(r"""</?([a-zA-Z][a-zA-Z0-9]{0,15}+)(?:\s++[a-zA-Z][a-zA-Z0-9:_-]*+="[^"<>]*+")*+\s*+/?>""")
_SPACES = re.compile("  +")
_BLANKS = re.compile("[\t\v\f \x1c-\x1f\x85\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+")
_LINE_ENDS = re.compile("\r\n?|[\u2028\u2029]")
# Neither PostgreSQL nor XML nor UTF-8 can carry these.
_UNSTORABLE = re.compile("[\x00-\x08\x0e-\x1b\x7f\ud800-\udfff\ufffe\uffff]")
# Markup that is left when a feed was escaped once too often.
_ESCAPED_AGAIN = re.compile(r"</(?:p|div|span|strong|b|a|em|h\d|li|ul|td)>|<br\s*/?>", re.IGNORECASE)


def html_text(markup: str) -> str:
    """Turn HTML, or plain text, into plain text with one paragraph a line. Never raises.

    Scripts, styles and comments are dropped, references decoded, blanks collapsed. Markup that a feed escaped twice is
    taken off too. In a text without block elements its own line ends are the paragraphs.
    """
    text = _strip(markup)
    if "<" in text and _ESCAPED_AGAIN.search(text):
        text = _strip(text)
    return text


def line_text(markup: str) -> str:
    """Turn HTML, or plain text, into one line of plain text. Never raises."""
    return " ".join(html_text(markup).split())


def plain_text(text: str) -> str:
    """Tidy a text that is declared to hold no markup: references, blanks and line ends only. Never raises."""
    return _tidy(_decoded(_line_ends(text)).split("\n"))


def storable(text: str) -> str:
    """Take out what a database or an encoder refuses: control characters, lone surrogates."""
    return text if text.isprintable() else _UNSTORABLE.sub("", text)


def _line_ends(text: str) -> str:
    if "\r" in text or "\u2028" in text or "\u2029" in text:
        return _LINE_ENDS.sub("\n", text)
    return text


def _strip(markup: str) -> str:
    source = _line_ends(markup)
    if "<" not in source:
        return _tidy(_decoded(source).split("\n"))
    pieces = _plain_pieces(source) or _Scanner(source).pieces()
    if None not in pieces:
        return _tidy("".join(piece for piece in pieces if piece is not None).split("\n"))
    # With block elements a line end of the source is a blank like any other.
    lines: list[list[str]] = [[]]
    for piece in pieces:
        if piece is None:
            lines.append([])
        else:
            lines[-1].append(piece)
    return _tidy(["".join(line).replace("\n", " ") for line in lines])


def _tidy(lines: list[str]) -> str:
    return "\n".join(filter(None, map(_tidy_line, lines)))


def _tidy_line(line: str) -> str:
    if line.isprintable():
        # The one blank that is printable is the space; and all that is taken out is not.
        return _SPACES.sub(" ", line).strip(" ") if "  " in line else line.strip(" ")
    return storable(_BLANKS.sub(" ", line)).strip(" ")


def _plain_pieces(source: str) -> list[str | None] | None:
    """Split markup of none but plain tags as `_Scanner` does, in a fifth of its time; None where others may be."""
    parts = _PLAIN_TAG.split(source)
    if len(parts) // 2 != source.count("<"):
        return None
    pieces: list[str | None] = [_decoded(parts[0])]
    for at in range(1, len(parts), 2):
        name = parts[at].lower()
        if name not in _MARKS:
            return None
        if (mark := _MARKS[name]) != "":
            pieces.append(mark)
        if parts[at + 1]:
            pieces.append(_decoded(parts[at + 1]))
    return pieces


def _decoded(text: str) -> str:
    return _REFERENCE.sub(lambda found: html.unescape(found[0]), text) if "&" in text else text


class _Scanner:
    """Splits markup into decoded text, blanks for gaps and None for the start of a line."""

    def __init__(self, source: str) -> None:
        self._source = source
        # Where each mark was found last; -1 when the rest of the text has none.
        self._found: dict[str, int] = {}
        self._quotes_hold = True

    def pieces(self) -> list[str | None]:
        source, out, at, start = self._source, list[str | None](), 0, 0
        while (bracket := source.find("<", at)) >= 0:
            tag = self._tag(bracket)
            if tag is None:
                # The bracket is a character of the text.
                at = bracket + 1
                continue
            end, mark = tag
            if bracket > start:
                out.append(_decoded(source[start:bracket]))
            if mark != "":
                out.append(mark)
            at = start = end
        if start < len(source):
            out.append(_decoded(source[start:]))
        return out

    def _find(self, mark: str, at: int) -> int:
        known = self._found.get(mark, 0)
        if known < 0 or known >= at > 0:
            return known
        self._found[mark] = found = self._source.find(mark, at)
        return found

    def _tag(self, bracket: int) -> tuple[int, str | None] | None:
        """Read what a bracket opens: where it ends and what stands for it; None when it opens nothing."""
        source = self._source
        if source.startswith("<!--", bracket):
            end = self._find("-->", bracket + 4)
            # A comment that never ends hides no words: only its mark goes.
            return (end + 3 if end >= 0 else bracket + 4), ""
        if source.startswith("<![CDATA[", bracket):
            return bracket + 9, ""
        if source.startswith(("<!", "<?"), bracket):
            end = self._find(">", bracket)
            return None if end < 0 else (end + 1, "")
        return self._element(bracket)

    def _element(self, bracket: int) -> tuple[int, str | None] | None:
        named = _NAME.match(self._source, bracket + 1)
        close = self._find(">", bracket + 1)
        if named is None or close < 0:
            return None
        name = named[1].lower()
        if name in _HIDDEN:
            return self._after_hidden(name, bracket, close), " "
        if name in _MARKS:
            return self._tag_end(named.end(), close), _MARKS[name]
        odd = _ODD_TAG.fullmatch(self._source, bracket + 1, close + 1)
        return None if odd is None else (close + 1, "")

    def _tag_end(self, at: int, close: int) -> int:
        if self._quotes_hold:
            found = _TAG_END.match(self._source, at)
            if found is not None:
                return found.end()
            # From here on to the end no bracket stands outside quotes: do not look again from every tag.
            self._quotes_hold = False
        return close + 1

    def _after_hidden(self, name: str, bracket: int, close: int) -> int:
        if self._source[bracket + 1] == "/" or self._found.get(name, 0) < 0:
            return close + 1
        closing = _HIDDEN[name].search(self._source, close)
        if closing is None:
            self._found[name] = -1
            return close + 1
        end = self._find(">", closing.end())
        return closing.end() if end < 0 else end + 1
