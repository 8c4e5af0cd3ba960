from contextlib import ExitStack

from service.web.room import Room


def test_places_are_for_all_and_for_one_visitor() -> None:
    room = Room(places=3, each=2)
    with ExitStack() as inside:
        assert [inside.enter_context(room.place("a")) for _ in range(3)] == [True, True, False]
        assert [inside.enter_context(room.place(visitor)) for visitor in "bc"] == [True, False]
        with ExitStack() as still:
            assert not still.enter_context(room.place("c"))
        assert not inside.enter_context(room.place("c"))
    with room.place("c") as free:
        assert free


def test_a_place_is_left_whatever_happens() -> None:
    room = Room(places=1, each=1)
    for _ in range(2):
        try:
            with room.place("a") as free:
                assert free
                raise OSError
        except OSError:
            continue
    assert not room._taken
