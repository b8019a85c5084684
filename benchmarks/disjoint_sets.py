"""Connected components: what any pair connects is one set."""

from collections.abc import Hashable, Iterable
from typing import Generic, TypeVar

Element = TypeVar("Element", bound=Hashable)


class DisjointSets(Generic[Element]):
    """Union and find with path halving."""

    def __init__(self, elements: Iterable[Element] = ()) -> None:
        self._parents: dict[Element, Element] = {element: element for element in elements}

    def add(self, element: Element) -> None:
        """Take in an element as a set of its own."""
        self._parents.setdefault(element, element)

    def root(self, element: Element) -> Element:
        """Return the element that stands for the whole set."""
        parents = self._parents
        while parents[element] != element:
            parents[element] = parents[parents[element]]
            element = parents[element]
        return element

    def join(self, left: Element, right: Element) -> None:
        """Make the sets of two elements one; the right one's root stands for it."""
        self._parents[self.root(left)] = self.root(right)

    def roots(self) -> dict[Element, Element]:
        """Return the root of every element."""
        return {element: self.root(element) for element in self._parents}
