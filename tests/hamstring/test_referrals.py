"""Referrals on record: read once, closed once, each with its audit line."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from clubmon.hamstring import referrals
from clubmon.storage.store import Store
from clubmon.words import language


@pytest.fixture
def kept(store: Store, now: datetime) -> Store:
    """Three open referrals of 'ana': within days, emergency, same day."""
    for hours, urgency in enumerate(("within_days", "emergency", "same_day")):
        store.execute(
            "app",
            "INSERT INTO app.referral "
            "(referral_id, athlete_id, checkin_id, pattern, urgency, known_at) "
            "VALUES (?, 'ana', 'c', 'refer', ?, ?)",
            [urgency, urgency, now + timedelta(hours=hours)],
        )
    return store


def audited(store: Store) -> list[tuple[str, str, str, str]]:
    rows = store.rows("SELECT actor, action, subject, detail FROM app.audit ORDER BY audit_id")
    return [(r["actor"], r["action"], r["subject"], r["detail"]) for r in rows]


def test_the_most_urgent_open_one_is_the_one_that_counts(kept: Store, now: datetime) -> None:
    found = referrals.open_one(kept, "ana")
    assert found
    assert (found.urgency, found.strain) == ("emergency", False)
    referrals.close(kept, "emergency", "pia", "Seen.", now)
    found = referrals.open_one(kept, "ana")
    assert found
    assert found.urgency == "same_day"
    assert referrals.open_one(kept, "ben") is None


def test_the_first_to_read_it_counts_and_is_audited(kept: Store, now: datetime) -> None:
    assert referrals.acknowledge(kept, "same_day", "pia", now)
    assert not referrals.acknowledge(kept, "same_day", "paul", now + timedelta(hours=1))
    row = kept.row("SELECT * FROM app.referral WHERE referral_id = 'same_day'")
    assert row
    assert (row["acknowledged_at"], row["acknowledged_by"]) == (now, "pia")
    assert audited(kept) == [("pia", "referral_acknowledged", "ana", "same_day")]
    assert referrals.is_open(kept, "same_day")


def test_who_has_read_it_and_is_gone_is_said_in_the_language_of_who_reads(
    kept: Store, now: datetime
) -> None:
    referrals.acknowledge(kept, "emergency", "bo", now)
    found = referrals.read(kept, ["emergency", "same_day"])
    assert {id_: one.when for id_, one in found.items()} == {"emergency": now}
    assert f"{found['emergency'].name}" == "somebody who has left"
    with language.using("de"):
        assert f"{found['emergency'].name}" == "jemand, der nicht mehr da ist"


def test_closing_counts_as_read_and_happens_once(kept: Store, now: datetime) -> None:
    assert referrals.close(kept, "same_day", "pia", "Seen.", now)
    assert not referrals.close(kept, "same_day", "paul", "Other.", now + timedelta(hours=1))
    row = kept.row("SELECT * FROM app.referral WHERE referral_id = 'same_day'")
    assert row
    assert (row["closed_by"], row["decision"], row["acknowledged_by"]) == ("pia", "Seen.", "pia")
    assert audited(kept) == [("pia", "referral_closed", "ana", "same_day")]
    assert not referrals.is_open(kept, "same_day")


def test_one_that_is_not_there_changes_nothing(kept: Store, now: datetime) -> None:
    assert not referrals.acknowledge(kept, "none", "pia", now)
    assert not referrals.close(kept, "none", "pia", "Seen.", now)
    assert not referrals.is_open(kept, "none")
    assert audited(kept) == []
