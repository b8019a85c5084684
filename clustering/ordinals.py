"""Ordinal words: «الطائرة الثانية», «الجولة الثالثة»."""

from collections.abc import Iterable

_FORMS = {
    1: ("اول", "اولي"),
    2: ("ثان", "ثاني", "ثانيه"),
    3: ("ثالث", "ثالثه"),
    4: ("رابع", "رابعه"),
    5: ("خامس", "خامسه"),
    6: ("سادس", "سادسه"),
    7: ("سابع", "سابعه"),
    8: ("ثامن", "ثامنه"),
    9: ("تاسع", "تاسعه"),
    10: ("عاشر", "عاشره"),
}
_VALUES = {form: value for value, forms in _FORMS.items() for form in forms}


def ordinals(stems: Iterable[str]) -> frozenset[int]:
    """Return the ordinals from first to tenth among folded words without clitics, whatever their gender."""
    return frozenset(_VALUES[stem] for stem in stems if stem in _VALUES)
