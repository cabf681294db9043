"""Every kind of file that is read is named on a page that says how to get it."""

from __future__ import annotations

import re

from clubmon_files import Files, formats


def test_every_format_has_a_guide() -> None:
    words = " ".join(
        f"{one.slug} {one.title} {way.title} {' '.join(way.steps)}"
        for one in Files.guides
        for way in one.ways
    )
    for name in (
        "FIT", "TCX", "GPX", "ZIP", "Activities.csv", "workouts.csv", "hevy", "strong", "lyfta",
        "jefit", "fitnotes", "trainingpeaks", "intervals", "polar-team-pro", "catapult",
        "statsports", "strava", "garmin",
    ):  # fmt: skip
        assert name in words, name
    modules = [one.knows.__module__.rpartition(".")[2] for one in formats.TABLES]
    slugs = " ".join(one.slug.replace("-", "_") for one in Files.guides)
    for module in modules:
        assert module.split("_")[0] in slugs, module


def test_slugs_are_addresses() -> None:
    slugs = [one.slug for one in Files.guides]
    assert len(set(slugs)) == len(slugs)
    assert all(re.fullmatch("[a-z0-9-]+", slug) for slug in slugs)
