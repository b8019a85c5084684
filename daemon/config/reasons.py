"""What pydantic found wrong, said in the words of the configuration."""

from daemon.config.model import SECTIONS, Fault, known_keys
from daemon.config.wording import nearest, shown


def reason(fault: Fault) -> str:
    """Say why a value does not fit."""
    match fault.kind:
        case "missing":
            return "missing"
        case "extra_forbidden":
            return unknown_key(fault)
        case "model_type" | "dict_type":
            return f"must be a mapping of keys and values, got {shown(fault.value)}"
        case "tuple_type" | "frozen_set_type":
            return f"must be a list, got {shown(fault.value)}"
        case _:
            return fault.message


def unknown_key(fault: Fault) -> str:
    """Name the key that was probably meant: one of the same mapping, or one of a section."""
    *outer, last = fault.path
    key = str(last)
    known = known_keys(tuple(outer))
    meant = nearest(key, known)
    if meant is not None:
        return f'unknown key; did you mean "{meant}"?'
    for name, model in SECTIONS.items():
        if key in model.model_fields:
            return f"unknown key here; it belongs to {name}"
    return f"unknown key; known here: {', '.join(known)}"
