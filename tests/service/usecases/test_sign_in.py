import pyotp
import pytest

from service.domain.permissions import Role
from service.usecases import sign_in as module
from service.usecases.seed_demo import MODERATOR, seed_demo
from service.usecases.sign_in import hash_password, recognise, sign_in, sign_out
from tests.service.demo_line import PASSWORD, DemoLine


def test_a_password_opens_its_own_account_only(demo: DemoLine) -> None:
    user = demo.user(Role.MEMBER, "Jansen")
    signed_in = sign_in(demo.line, " jansen ", PASSWORD)
    assert signed_in
    assert recognise(demo.line, signed_in.id) == user
    assert sign_in(demo.line, "jansen", PASSWORD + "x") is None
    assert sign_in(demo.line, "nobody", PASSWORD) is None
    assert sign_in(demo.line, MODERATOR, PASSWORD) is None
    assert sign_in(demo.line, MODERATOR, "") is None


def test_a_one_time_password_works_once(demo: DemoLine) -> None:
    assert sign_in(demo.line, MODERATOR, demo.password)
    assert sign_in(demo.line, MODERATOR, demo.password) is None


def test_a_one_time_password_is_void_after_a_day_and_after_the_next_one(demo: DemoLine) -> None:
    later = seed_demo(demo.line)
    assert sign_in(demo.line, MODERATOR, demo.password) is None
    demo.move(hours=24)
    assert sign_in(demo.line, MODERATOR, later) is None


def test_a_closed_account_stays_closed(demo: DemoLine) -> None:
    user = demo.user(Role.MEMBER)
    with demo.line.store.begin() as unit:
        unit.users.disable(user.id)
    assert sign_in(demo.line, "member", PASSWORD) is None


def test_a_code_is_asked_for_and_works_once(demo: DemoLine) -> None:
    secret = pyotp.random_base32()
    demo.user(Role.MODERATOR, "careful", totp_secret=secret)
    code = pyotp.TOTP(secret).at(demo.line.clock.now())
    assert sign_in(demo.line, "careful", PASSWORD) is None
    assert sign_in(demo.line, "careful", PASSWORD, "١٢٣٤٥٦") is None
    assert sign_in(demo.line, "careful", "wrong", code) is None
    assert sign_in(demo.line, "careful", PASSWORD, f"{code[:3]} {code[3:]}")
    assert sign_in(demo.line, "careful", PASSWORD, code) is None
    demo.move(minutes=2)
    assert sign_in(demo.line, "careful", PASSWORD, code) is None
    assert sign_in(demo.line, "careful", PASSWORD, pyotp.TOTP(secret).at(demo.line.clock.now()))


def test_an_unknown_login_costs_as_much_as_a_wrong_password(demo: DemoLine, monkeypatch: pytest.MonkeyPatch) -> None:
    verified: list[str] = []
    hasher = module._hasher

    class Counting:
        def hash(self, password: str) -> str:
            return hasher.hash(password)

        def verify(self, password_hash: str, password: str) -> bool:
            verified.append(password_hash)
            return hasher.verify(password_hash, password)

    demo.user(Role.MEMBER, "known")
    monkeypatch.setattr(module, "_hasher", Counting())
    sign_in(demo.line, "known", "wrong")
    known = len(verified)
    sign_in(demo.line, "unknown", "wrong")
    assert len(verified) == 2 * known == 4


def test_an_account_changed_while_its_password_was_verified_stays_closed(
    demo: DemoLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = demo.user(Role.MEMBER)
    verified = module._verified

    def meanwhile(password_hash: str, password: str) -> bool:
        with demo.line.store.begin() as unit:
            unit.users.set_password(user.id, hash_password("another one altogether"))
        return verified(password_hash, password)

    monkeypatch.setattr(module, "_verified", meanwhile)
    assert sign_in(demo.line, "member", PASSWORD) is None


def test_signing_out_ends_that_sign_in_only(demo: DemoLine) -> None:
    user = demo.user(Role.MEMBER)
    here, there = sign_in(demo.line, "member", PASSWORD), sign_in(demo.line, "member", PASSWORD)
    assert here
    assert there
    sign_out(demo.line, here.id)
    sign_out(demo.line, here.id)
    assert (recognise(demo.line, here.id), recognise(demo.line, there.id)) == (None, user)
    assert [entry.verb for entry in demo.audit()] == ["sign_in", "sign_in", "sign_out"]


def test_a_sign_in_ends_unused_and_in_any_case_after_half_a_day(demo: DemoLine) -> None:
    user = demo.user(Role.MEMBER)
    used, unused = sign_in(demo.line, "member", PASSWORD), sign_in(demo.line, "member", PASSWORD)
    assert used
    assert unused
    demo.move(minutes=59)
    assert recognise(demo.line, used.id) == user
    demo.move(minutes=1)
    assert (recognise(demo.line, used.id), recognise(demo.line, unused.id)) == (user, None)
    for _ in range(11):
        assert recognise(demo.line, used.id) == user
        demo.move(minutes=59, seconds=59)
    assert recognise(demo.line, used.id) == user
    demo.move(seconds=11)
    assert recognise(demo.line, used.id) is None


def test_sign_ins_that_are_over_are_forgotten(demo: DemoLine) -> None:
    demo.user(Role.MEMBER)
    signed_in = sign_in(demo.line, "member", PASSWORD)
    assert signed_in
    demo.move(hours=1)
    assert sign_in(demo.line, "member", PASSWORD)
    with demo.line.store.read() as unit:
        assert unit.sign_ins.find(signed_in.id) is None


def test_a_sign_in_is_audited(demo: DemoLine) -> None:
    sign_in(demo.line, MODERATOR, demo.password)
    sign_in(demo.line, MODERATOR, "wrong")
    assert [(entry.actor, entry.verb, entry.group_id) for entry in demo.audit()] == [
        (MODERATOR, "sign_in", demo.group.id)
    ]
