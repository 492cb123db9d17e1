"""The tree against published proofs and against the recursive definition of RFC 6962."""

import json
from base64 import b64decode
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minsheng.kernel.log import tree

VECTORS = Path(__file__).parents[2] / "vectors" / "merkle"
HASHES = [tree.leaf_hash(i.to_bytes(32, "big")) for i in range(300)]


def cases(kind: str) -> list[Any]:
    lines = (VECTORS / f"{kind}.jsonl").read_text().splitlines()
    return [pytest.param(case, id=case["file"]) for case in map(json.loads, lines)]


def proof_of(case: dict[str, Any]) -> list[bytes]:
    return [b64decode(step) for step in case["proof"] or ()]


@pytest.mark.parametrize("case", cases("inclusion"))
def test_published_inclusion_proofs(case: dict[str, Any]) -> None:
    good = tree.verify_inclusion(
        b64decode(case["leafHash"]),
        case["leafIdx"],
        case["treeSize"],
        proof_of(case),
        b64decode(case["root"]),
    )
    assert good is not case["wantErr"]


@pytest.mark.parametrize("case", cases("consistency"))
def test_published_consistency_proofs(case: dict[str, Any]) -> None:
    good = tree.verify_consistency(
        case["size1"], case["size2"], b64decode(case["root1"]), b64decode(case["root2"]), proof_of(case)
    )
    assert good is not case["wantErr"]


def naive_root(hashes: list[bytes]) -> bytes:
    """MTH of RFC 6962 §2.1, word for word."""
    if not hashes:
        return sha256(b"").digest()
    if len(hashes) == 1:
        return hashes[0]
    k = 1
    while k * 2 < len(hashes):
        k *= 2
    return sha256(b"\x01" + naive_root(hashes[:k]) + naive_root(hashes[k:])).digest()


def naive_path(m: int, hashes: list[bytes]) -> list[bytes]:
    """PATH of RFC 6962 §2.1.1, word for word."""
    if len(hashes) == 1:
        return []
    k = 1
    while k * 2 < len(hashes):
        k *= 2
    if m < k:
        return [*naive_path(m, hashes[:k]), naive_root(hashes[k:])]
    return [*naive_path(m - k, hashes[k:]), naive_root(hashes[:k])]


def naive_subproof(m: int, hashes: list[bytes], whole: bool) -> list[bytes]:
    """SUBPROOF of RFC 6962 §2.1.2, word for word."""
    if m == len(hashes):
        return [] if whole else [naive_root(hashes)]
    k = 1
    while k * 2 < len(hashes):
        k *= 2
    if m <= k:
        return [*naive_subproof(m, hashes[:k], whole), naive_root(hashes[k:])]
    return [*naive_subproof(m - k, hashes[k:], False), naive_root(hashes[:k])]


@given(st.integers(0, 300))
def test_every_way_to_a_root_is_the_definition(size: int) -> None:
    hashes = HASHES[:size]
    grown = tree.Tree()
    leaves = tree.Leaves()
    for digest in hashes:
        grown.append_hash(digest)
        leaves.append_hash(digest)
    root = naive_root(hashes)
    assert grown.root() == tree.root_of(hashes) == leaves.root() == tree.Leaves(hashes).root() == root
    assert tree.root_at(HASHES, size) == tree.Leaves(HASHES).root(size) == root


@given(st.integers(0, 100), st.integers(0, 100))
def test_a_tree_is_taken_up_again_from_its_peaks(before: int, after: int) -> None:
    first = tree.Tree()
    for i in range(before):
        first.append(i.to_bytes(32, "big"))
    again = tree.Tree(first.size, first.peaks)
    assert list(first.peaks) == tree.peaks_at(HASHES, before)
    for i in range(before, before + after):
        again.append(i.to_bytes(32, "big"))
    assert again.root() == naive_root(HASHES[: before + after])


def test_peaks_that_do_not_fit_the_size_are_refused() -> None:
    with pytest.raises(ValueError, match="peaks"):
        tree.Tree(3, [HASHES[0]])


def test_all_inclusion_proofs_of_small_trees_are_the_definition() -> None:
    for size in range(1, 41):
        root = naive_root(HASHES[:size])
        source = tree.Leaves(HASHES[:size]).node
        for index in range(size):
            proof = tree.inclusion_proof(source, index, size)
            assert proof == naive_path(index, HASHES[:size])
            assert tree.verify_inclusion(HASHES[index], index, size, proof, root)


def test_all_consistency_proofs_of_small_trees_are_the_definition() -> None:
    source = tree.Leaves(HASHES[:40]).node
    roots = [naive_root(HASHES[:size]) for size in range(41)]
    for new in range(1, 41):
        for old in range(1, new + 1):
            proof = tree.consistency_proof(source, old, new)
            assert proof == naive_subproof(old, HASHES[:new], True)
            assert tree.verify_consistency(old, new, roots[old], roots[new], proof)


@given(st.integers(2, 300), st.data())
def test_a_changed_proof_proves_nothing(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    old = data.draw(st.integers(1, size - 1))
    inclusion = tree.inclusion_proof(HASHES, index, size)
    consistency = tree.consistency_proof(HASHES, old, size)
    root, old_root = naive_root(HASHES[:size]), naive_root(HASHES[:old])

    at, bit = data.draw(st.integers(0, len(inclusion) - 1)), data.draw(st.integers(0, 255))
    assert not tree.verify_inclusion(HASHES[index], index, size, flipped(inclusion, at, bit), root)
    at = data.draw(st.integers(0, len(consistency) - 1))
    assert not tree.verify_consistency(old, size, old_root, root, flipped(consistency, at, bit))
    other = data.draw(st.integers(-2, size + 2).filter(lambda i: i != index))
    assert not tree.verify_inclusion(HASHES[index], other, size, inclusion, root)
    assert not tree.verify_consistency(old, size, root, old_root, consistency)


def flipped(proof: list[bytes], at: int, bit: int) -> list[bytes]:
    changed = bytearray(proof[at])
    changed[bit // 8] ^= 1 << bit % 8
    return [*proof[:at], bytes(changed), *proof[at + 1 :]]


def test_an_empty_tree_begins_every_tree_but_proves_nothing() -> None:
    assert tree.consistency_proof(HASHES, 0, 5) == []
    assert not tree.verify_consistency(0, 5, tree.EMPTY_ROOT, naive_root(HASHES[:5]), [])


@pytest.mark.parametrize(("index", "size"), [(-1, 3), (3, 3), (0, 0)])
def test_there_is_no_proof_for_a_leaf_that_is_not_there(index: int, size: int) -> None:
    with pytest.raises(IndexError):
        tree.inclusion_proof(HASHES, index, size)


@pytest.mark.parametrize(("old", "new"), [(-1, 3), (4, 3)])
def test_a_larger_tree_never_begins_a_smaller_one(old: int, new: int) -> None:
    with pytest.raises(IndexError):
        tree.consistency_proof(HASHES, old, new)
