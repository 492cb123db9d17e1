"""Is this leaf in the log, and is this log the continuation of that one? Merkle trees as in RFC 6962.

A leaf is the 32 raw bytes of a commitment; its hash is SHA-256(0x00 ‖ leaf), an inner node's is
SHA-256(0x01 ‖ left ‖ right). Source: RFC 6962 §2.1; RFC 9162 §2.1.3.2 and §2.1.4.2 for verifying proofs.

Proofs are made from any source of complete subtrees: `node(level, index)` is the hash over the leaves
[index · 2^level, (index + 1) · 2^level). A list of leaf hashes is such a source, and so are tiles.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256
from typing import Final

Node = Callable[[int, int], bytes]
"""(level, index) → hash of that complete subtree."""

EMPTY_ROOT: Final = sha256().digest()


def leaf_hash(leaf: bytes) -> bytes:
    """The hash of a leaf."""
    return sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node."""
    return sha256(b"\x01" + left + right).digest()


class Tree:
    """A tree that only grows and keeps log2(n) hashes: enough for its root, not for proofs."""

    __slots__ = ("_peaks", "size")

    def __init__(self, size: int = 0, peaks: Iterable[bytes] = ()) -> None:
        """An empty tree, or one taken up again from `size` and the `peaks` it had."""
        self.size = size
        self._peaks = list(peaks)
        if len(self._peaks) != size.bit_count():
            raise ValueError("a tree of this size has another number of peaks")

    @property
    def peaks(self) -> tuple[bytes, ...]:
        """The hashes of the complete subtrees it consists of, largest first."""
        return tuple(self._peaks)

    def append(self, leaf: bytes) -> None:
        """Add a leaf (its 32 raw bytes)."""
        self.append_hash(sha256(b"\x00" + leaf).digest())

    def append_hash(self, digest: bytes) -> None:
        """Add a leaf by its leaf hash."""
        peaks, full = self._peaks, self.size
        while full & 1:
            digest = sha256(b"\x01" + peaks.pop() + digest).digest()
            full >>= 1
        peaks.append(digest)
        self.size += 1

    def root(self) -> bytes:
        """The root over all leaves so far."""
        return _join(self._peaks)


class Leaves:
    """A tree in memory that keeps every complete subtree, so that it gives any root and any proof."""

    __slots__ = ("_levels",)

    def __init__(self, hashes: Iterable[bytes] = ()) -> None:
        level = list(hashes)
        self._levels = [level]
        while len(level) > 1:
            level = [
                sha256(b"\x01" + left + right).digest()
                for left, right in zip(level[::2], level[1::2], strict=False)
            ]
            self._levels.append(level)

    def __len__(self) -> int:
        return len(self._levels[0])

    def append_hash(self, digest: bytes) -> None:
        """Add a leaf by its leaf hash."""
        level = 0
        while True:
            if level == len(self._levels):
                self._levels.append([])
            here = self._levels[level]
            here.append(digest)
            if len(here) % 2:
                return
            digest = node_hash(here[-2], here[-1])
            level += 1

    def node(self, level: int, index: int) -> bytes:
        """The hash of a complete subtree. Raises IndexError if there is none."""
        return self._levels[level][index]

    def root(self, size: int | None = None) -> bytes:
        """The root over the first `size` leaves (all of them if None)."""
        return root_at(self.node, len(self) if size is None else size)


def root_of(hashes: Iterable[bytes]) -> bytes:
    """The root over these leaf hashes."""
    tree = Tree()
    for digest in hashes:
        tree.append_hash(digest)
    return tree.root()


def root_at(source: Node | Sequence[bytes], size: int) -> bytes:
    """The root over the first `size` leaves of the source."""
    return _join(_complete(_node(source), 0, size))


def peaks_at(source: Node | Sequence[bytes], size: int) -> list[bytes]:
    """The peaks of the tree of this size, largest first: what `Tree` is taken up again from."""
    return _complete(_node(source), 0, size)


def inclusion_proof(source: Node | Sequence[bytes], index: int, size: int) -> list[bytes]:
    """The audit path of leaf `index` in the tree of `size` leaves, from the leaf's sibling upwards.

    Raises IndexError unless 0 ≤ index < size.
    """
    if not 0 <= index < size:
        raise IndexError("no such leaf in a tree of this size")
    node, path = _node(source), []
    low, high = 0, size
    while high - low > 1:
        middle = low + _split(high - low)
        if index < middle:
            path.append(_join(_complete(node, middle, high)))
            high = middle
        else:
            path.append(_join(_complete(node, low, middle)))
            low = middle
    return path[::-1]


def consistency_proof(source: Node | Sequence[bytes], old: int, new: int) -> list[bytes]:
    """The proof that the tree of `old` leaves is a beginning of the tree of `new` leaves.

    Empty for old = new and for old = 0 (an empty tree begins every tree). Raises IndexError unless
    0 ≤ old ≤ new.
    """
    if not 0 <= old <= new:
        raise IndexError("the older tree is the larger one")
    if old in (0, new):
        return []
    node, path = _node(source), []
    low, high, whole = 0, new, True
    while old != high:
        middle = low + _split(high - low)
        if old <= middle:
            path.append(_join(_complete(node, middle, high)))
            high = middle
        else:
            path.append(_join(_complete(node, low, middle)))
            low, whole = middle, False
    if not whole:
        path.append(_join(_complete(node, low, high)))
    return path[::-1]


def verify_inclusion(digest: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether `proof` shows the leaf with hash `digest` at `index` in the tree with this size and root."""
    if not 0 <= index < size or not _all_hashes(digest, root, *proof):
        return False
    here, last = index, size - 1
    for step in proof:
        if last == 0:
            return False
        if here & 1 or here == last:
            digest = node_hash(step, digest)
            while here and not here & 1:
                here, last = here >> 1, last >> 1
        else:
            digest = node_hash(digest, step)
        here, last = here >> 1, last >> 1
    return last == 0 and digest == root


def verify_consistency(old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether `proof` shows that the newer tree continues the older one. False if the older is empty:
    that proves nothing, and the caller must know that it asked nothing.
    """
    if not 0 < old <= new:
        return False
    if old == new:
        return not proof and old_root == new_root
    if not proof or not _all_hashes(old_root, new_root, *proof):
        return False
    path = list(proof) if old & (old - 1) else [old_root, *proof]
    here, last = old - 1, new - 1
    while here & 1:
        here, last = here >> 1, last >> 1
    left = right = path[0]
    for step in path[1:]:
        if last == 0:
            return False
        if here & 1 or here == last:
            left, right = node_hash(step, left), node_hash(step, right)
            while here and not here & 1:
                here, last = here >> 1, last >> 1
        else:
            right = node_hash(right, step)
        here, last = here >> 1, last >> 1
    return last == 0 and left == old_root and right == new_root


def _all_hashes(*digests: bytes) -> bool:
    return all(len(digest) == 32 for digest in digests)


def _node(source: Node | Sequence[bytes]) -> Node:
    return source if callable(source) else Leaves(source).node


def _split(size: int) -> int:
    """The largest power of two smaller than `size`."""
    return 1 << (size - 1).bit_length() - 1


def _complete(node: Node, low: int, high: int) -> list[bytes]:
    """The complete subtrees that cover [low, high), largest first. `low` is where a subtree of at least
    the largest size begins, as it always is within RFC 6962's splits."""
    found = []
    while low < high:
        level = (high - low).bit_length() - 1
        found.append(node(level, low >> level))
        low += 1 << level
    return found


def _join(hashes: Sequence[bytes]) -> bytes:
    if not hashes:
        return EMPTY_ROOT
    digest = hashes[-1]
    for left in reversed(hashes[:-1]):
        digest = node_hash(left, digest)
    return digest
