"""A bounded store of profiles, so that a story's members are not prepared anew for every newcomer."""

from collections import OrderedDict

from clustering.profile import Profile


class ProfileCache:
    """Keeps the profiles used last, by version number."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._profiles: OrderedDict[int, Profile] = OrderedDict()

    def __contains__(self, number: int) -> bool:
        return number in self._profiles

    def get(self, number: int) -> Profile:
        """Return a profile that is in the cache, and mark it as used. Raises KeyError when it is not."""
        self._profiles.move_to_end(number)
        return self._profiles[number]

    def put(self, profile: Profile) -> None:
        """Keep a profile; :meth:`trim` drops what is too much."""
        self._profiles[profile.version.number] = profile
        self._profiles.move_to_end(profile.version.number)

    def clear(self) -> None:
        """Drop every profile."""
        self._profiles.clear()

    def trim(self) -> None:
        """Drop the profiles that were not used for longest, down to the capacity."""
        while len(self._profiles) > self._capacity:
            self._profiles.popitem(last=False)
