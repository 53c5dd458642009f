"""Rows found by hash, in a fifth of the memory of a dict: a sync holds two of these at a time."""

from __future__ import annotations

__all__ = ["KEY_SIZE", "KeyIndex"]

KEY_SIZE = 16
_ROW_SIZE = 4
_ENTRY_SIZE = KEY_SIZE + _ROW_SIZE
_ENTRIES_PER_BUCKET = 16


class KeyIndex:
    """In which rows a key stands; several rows may share a key.

    Keys are hashes, so their first bytes spread them evenly over buckets. A bucket is the bytes of
    its entries, each a key and the number of its row. Buckets are replaced, never changed, so that
    copies share them.

    Args:
        expected: About how many entries there will be.
    """

    __slots__ = ("_buckets", "_mask")

    def __init__(self, expected: int) -> None:
        count = 1 << max(expected // _ENTRIES_PER_BUCKET, 1).bit_length()
        self._mask = count - 1
        self._buckets = [b""] * count

    def copy(self) -> KeyIndex:
        """Return an index that may change by itself."""
        copy = KeyIndex(0)
        copy._mask, copy._buckets = self._mask, self._buckets.copy()
        return copy

    def add(self, key: bytes, row: int) -> None:
        """Note that the key stands in that row; it must not be noted yet."""
        self._buckets[self._place(key)] += key + row.to_bytes(_ROW_SIZE, "big")

    def remove(self, key: bytes, row: int) -> None:
        """Forget that the key stands in that row."""
        place = self._place(key)
        bucket, entry = self._buckets[place], key + row.to_bytes(_ROW_SIZE, "big")
        at = next(at for at in _entries(bucket, key) if bucket[at : at + _ENTRY_SIZE] == entry)
        self._buckets[place] = bucket[:at] + bucket[at + _ENTRY_SIZE :]

    def find(self, key: bytes) -> list[int]:
        """Return the rows of a key, in the order in which they were noted."""
        bucket = self._buckets[self._place(key)]
        return [
            int.from_bytes(bucket[at + KEY_SIZE : at + _ENTRY_SIZE], "big")
            for at in _entries(bucket, key)
        ]

    def _place(self, key: bytes) -> int:
        return int.from_bytes(key[:4], "big") & self._mask


def _entries(bucket: bytes, key: bytes) -> list[int]:
    """Return where the entries of a key begin."""
    places = []
    at = bucket.find(key)
    while at >= 0:
        # Anywhere else, the key's bytes are the end of one entry and the beginning of the next.
        if at % _ENTRY_SIZE == 0:
            places.append(at)
        at = bucket.find(key, at + 1)
    return places
