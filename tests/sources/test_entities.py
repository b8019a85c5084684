import pytest

from sources.parsing.entities import unfolds_too_far


def doctype(*declarations: str, body: str = "") -> str:
    return f"<?xml version='1.0'?><!DOCTYPE rss [{''.join(declarations)}]><rss>{body}</rss>"


LAUGHS = [f"<!ENTITY l{n} '{f'&l{n - 1};' * 10 if n else 'ها'}'>" for n in range(10)]


@pytest.mark.parametrize(
    "text",
    [
        doctype("<!ENTITY big '" + "x" * 50_000 + "'>", body="&big;" * 4_000),
        doctype("<!ENTITY big '" + "x" * 50_000 + "'>", body="&big " * 4_000),
        doctype(*LAUGHS, body="&l9;"),
        doctype(*reversed(LAUGHS), body="&l9;"),
        "<?xml version='1.0'?>" + doctype(*LAUGHS, body="&l9;").replace("<!ENTITY", "<!entity"),
        "<!-- x --><!DOCTYPE rss [" + "".join(LAUGHS) + "]><rss>&l9;</rss>",
        doctype("<!ENTITY a '&b;'><!ENTITY b '&a;'>", body="&a;"),
        doctype("<!ENTITY a '&a;'>", body="&a;"),
        doctype("<!ENTITY % p '<!ENTITY x \"y\">'> %p;"),
        doctype("<!ENTITY big '" + "x" * 600_000 + "'>", "<!ENTITY big 'x'>", body="&big;&big;"),
        doctype(*(f"<!ENTITY e{n} 'x'>" for n in range(1_001))),
        doctype("<!ENTITY big '" + "x" * 50_000 + "'>", body="&big,&big)" * 200),
        doctype("<!ENTITY big '" + "x" * 50_000 + "'>", "<!ENTITY few '" + "&big،" * 50 + "'>", body="&few|"),
        doctype("<!ENTITY big '" + "x" * 50_000 + "'>", "<!ENTITY big, 'x'>", body="&big," * 200),
        doctype("<!ENTITY " + "n" * 300 + " '" + "x" * 50_000 + "'>", body=f"&{'n' * 300};" * 400),
        doctype("<!ENTITY a '" + "&#38;b;" * 50 + "'>", "<!ENTITY b '" + "x" * 50_000 + "'>", body="&a;"),
        doctype("<!ENTITY a '" + "&#x0026;b;" * 50 + "'>", "<!ENTITY b '" + "x" * 50_000 + "'>", body="&a;"),
    ],
    ids=[
        "quadratic",
        "no semicolon",
        "laughs",
        "backwards",
        "lower case",
        "comment",
        "circle",
        "self",
        "parameter",
        "twice",
        "many",
        "other ends of a reference",
        "other ends inside an entity",
        "two names for one reference",
        "long name",
        "reference built of a number",
        "reference built of a hexadecimal number",
    ],
)
def test_bombs_are_recognised(text: str) -> None:
    assert unfolds_too_far(text)


@pytest.mark.parametrize(
    "text",
    [
        "<rss>&nbsp;&eacute;</rss>",
        doctype(
            '<!ENTITY rdf "http://www.w3.org/1999/02/22-rdf-syntax-ns#">', "<!ENTITY n 'http://n/'>", body="&rdf;" * 200
        ),
        doctype(*(f"<!ENTITY html{n} '&#{160 + n};'>" for n in range(253)), body="&html1;" * 20_000),
        '<!DOCTYPE rss PUBLIC "-//Netscape//DTD RSS 0.91//EN" "http://x/rss.dtd"><rss/>',
        doctype('<!ENTITY % HTMLlat1 PUBLIC "-//W3C//ENTITIES Latin 1//EN" "http://x/lat1.ent"> %HTMLlat1;'),
        doctype('<!ENTITY file SYSTEM "file:///etc/passwd">', body="&file;"),
        doctype("<!ENTITY big '" + "x" * 50_000 + "'>", body="&big;"),
        "<rss><!ENTITY</rss>",
    ],
)
def test_honest_declarations_pass(text: str) -> None:
    assert unfolds_too_far(text) is None


def test_a_long_chain_is_no_deep_recursion() -> None:
    chain = [f"<!ENTITY e{n} '&e{n + 1};'>" for n in range(999)]
    assert unfolds_too_far(doctype(*chain, body="&e0;")) == "its entities unfold to 2992005 characters"
