"""Tiles: the example of the specification, growing in any slices, proofs from tiles alone."""

import random
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minsheng.kernel.log import tiles, tree
from minsheng.kernel.log.tiles import Tile, TileMissing

HASHES = [tree.leaf_hash(i.to_bytes(32, "big")) for i in range(70_000)]


def store_of(sizes: Sequence[int]) -> dict[str, bytes]:
    """The tiles of a log that grew through these sizes."""
    store: dict[str, bytes] = {}
    before = 0
    for size in sizes:
        store.update(tiles.grow(store.get, before, HASHES[before:size]))
        before = size
    return store


def test_the_example_of_the_specification() -> None:
    found = list(tiles.tiles_of(70_000))
    assert sum(tile.level == 0 and tile.width == 256 for tile in found) == 273
    assert [tile for tile in found if tile.width < 256] == [Tile(0, 273, 112), Tile(1, 1, 17), Tile(2, 0, 1)]
    assert [tile for tile in found if tile.level == 1] == [Tile(1, 0), Tile(1, 1, 17)]
    assert list(tiles.tiles_of(256)) == [Tile(0, 0), Tile(1, 0, 1)]
    assert Tile(0, 1234067).path == "tile/0/x001/x234/067"
    store = store_of([70_000])
    assert set(store) == {tile.path for tile in found}
    assert tiles.root_from(store.get, 70_000) == tree.root_of(HASHES)


@given(st.integers(0, 63), st.integers(0, 10**12), st.integers(1, 256))
def test_a_path_is_read_back(level: int, index: int, width: int) -> None:
    tile = Tile(level, index, width)
    assert Tile.parse(tile.path) == tile


@pytest.mark.parametrize(
    "path",
    [
        "tile/00/001",
        "tile/64/001",
        "tile/0/1",
        "tile/0/001.p/0",
        "tile/0/001.p/256",
        "tile/0/001.p/01",
        "tile/0/x000/001",
        "tile/0/001/002",
        "tile/entries/001",
        "/tile/0/001",
        "tile/0/001/../001",
        "tile/0/００１",
    ],
)
def test_other_spellings_of_a_path_are_refused(path: str) -> None:
    with pytest.raises(ValueError, match="not the path"):
        Tile.parse(path)


@settings(max_examples=30)
@given(st.lists(st.integers(1, 600), min_size=1, max_size=6))
def test_a_log_grown_in_slices_has_the_tiles_of_each_of_its_sizes(steps: list[int]) -> None:
    sizes = [sum(steps[: i + 1]) for i in range(len(steps))]
    store = store_of(sizes)
    for before, size in zip([0, *sizes], sizes, strict=False):
        fresh = store_of([size])
        assert {tile.path for tile in tiles.tiles_of(size)} == set(fresh)
        assert all(store[path] == data for path, data in fresh.items())
        new = {tile.path for tile in tiles.tiles_of(size, before)}
        assert new <= set(fresh)
        assert tiles.root_from(store.get, size) == tree.root_of(HASHES[:size])
        assert list(tiles.leaf_hashes(store.get, size)) == HASHES[:size]
    assert set(store) == {
        t.path for a, b in zip([0, *sizes], sizes, strict=False) for t in tiles.tiles_of(b, a)
    }


@settings(max_examples=20)
@given(st.integers(1, 70_000), st.randoms(use_true_random=False))
def test_proofs_come_from_tiles_alone(size: int, chance: random.Random) -> None:
    store = store_of([size])
    node = tiles.tile_node(store.get, size)
    root = tree.root_at(node, size)
    index, old = chance.randrange(size), chance.randrange(1, size + 1)
    proof = tree.inclusion_proof(node, index, size)
    assert tree.verify_inclusion(HASHES[index], index, size, proof, root)
    old_root = tree.root_of(HASHES[:old])
    assert tree.verify_consistency(old, size, old_root, root, tree.consistency_proof(node, old, size))


def test_a_full_tile_stands_in_for_the_partial_one_that_was_deleted() -> None:
    store = store_of([100, 300])
    del store["tile/0/000.p/100"]
    assert tiles.root_from(store.get, 100) == tree.root_of(HASHES[:100])


def test_a_missing_or_cut_tile_is_said_by_name() -> None:
    store = store_of([300])
    with pytest.raises(TileMissing, match=r"tile/0/001\.p/44"):
        list(tiles.leaf_hashes(lambda path: None if path.startswith("tile/0/001") else store.get(path), 300))
    store["tile/0/000"] = store["tile/0/000"][:-1]
    with pytest.raises(TileMissing, match="tile/0/000"):
        list(tiles.leaf_hashes(store.get, 300))


def test_an_empty_log_has_no_tiles() -> None:
    assert list(tiles.tiles_of(0)) == []
    nothing: dict[str, bytes] = {}
    assert tiles.grow(nothing.get, 0, []) == {}
    assert tiles.root_from(nothing.get, 0) == tree.EMPTY_ROOT


@pytest.mark.parametrize(("level", "index"), [(0, 300), (1, 150), (8, 1), (9, 0)])
def test_a_subtree_that_is_not_complete_is_not_given(level: int, index: int) -> None:
    store = store_of([300])
    with pytest.raises(IndexError):
        tiles.tile_node(store.get, 300)(level, index)
