"""The commands about teams, staff and athletes; see `commands`."""

from __future__ import annotations

from datetime import date, timedelta

from clubmon import calls
from clubmon.calls import Call, Outcome, Refused
from clubmon.club import consenting, contacts, enrolling, people
from clubmon.club.people import Athlete
from clubmon.message import notify, outbox
from clubmon.policy import Consent, Role
from clubmon.privacy import erasure
from clubmon.sync import leaving

OLDEST_ATHLETE = timedelta(days=120 * 366)


def team_add(call: Call) -> Outcome:
    """A new team; prints its id."""
    return Outcome([enrolling.add_team(call.store, call.get("name"), call.now)])


def team_medical(call: Call) -> Outcome:
    """Name the person who is told of tier 3 answers of a team."""
    team = calls.team(call)
    who = _person(call)
    if who not in contacts.offered(call.store, team.team_id):
        raise Refused(
            f"{who.name} cannot be the contact of {team.name}: only a physio, or somebody without "
            "any role here, is told of an athlete's health; name another person."
        )
    second = call.get("second") == "yes"
    enrolling.set_medical_contact(call.store, team.team_id, who.person_id, call.now, second=second)
    people.audit(call.store, "cli", "medical contact set", team.team_id, who.person_id, call.now)
    return Outcome([], [f"{who.name} is told of refer answers of {team.name}."])


def team_checkins(call: Call) -> Outcome:
    """Turn a team's check-ins on or off."""
    team = calls.team(call)
    on = call.get("state") == "on"
    enrolling.switch_checkins(call.store, team.team_id, on, call.now)
    people.audit(call.store, "cli", f"check-ins {call.get('state')}", team.team_id, "", call.now)
    return Outcome([], [f"Check-ins of {team.name} are {call.get('state')}."])


def staff_add(call: Call) -> Outcome:
    """A coach, physio or admin; someone known by address gets the further role. Prints the id."""
    role = Role(call.get("role"))
    team_id = calls.team(call).team_id if call.get("team") else ""
    known = people.by_email(call.store, call.get("email"))
    person_id = (
        known.person_id
        if known
        else enrolling.add_person(call.store, call.get("name"), call.get("email"), call.now)
    )
    enrolling.add_role(call.store, person_id, role, team_id, call.now)
    people.audit(call.store, "cli", f"role {role} given", person_id, team_id, call.now)
    return Outcome([person_id])


def athlete_add(call: Call) -> Outcome:
    """An athlete, invited by mail to consent; a minor's guardian as well. Prints the id."""
    born = date.fromisoformat(call.get("born"))
    today = people.local_today(call.settings, None, call.now)
    if not today - OLDEST_ATHLETE < born < today:
        raise Refused(
            f"{born} is no birth date: it has to be past, by 120 years at most; check the year."
        )
    _own_address(call.get("guardian_email"), call.get("email"))
    err: list[str] = []
    team = people.team_by_name(call.store, call.get("team"))
    if team is None:
        enrolling.add_team(call.store, call.get("team"), call.now)
        team = calls.team(call)
        err.append(f"There was no team '{team.name}'; it is made now.")
    person_id = enrolling.add_person(
        call.store,
        call.get("name"),
        call.get("email"),
        call.now,
        born=born,
        shirt=call.get("shirt") or None,
        position=call.get("position") or None,
    )
    enrolling.add_role(call.store, person_id, Role.ATHLETE, team.team_id, call.now)
    people.audit(call.store, "cli", "athlete added", person_id, team.team_id, call.now)
    err.extend(_guardian(call, person_id))
    notify.invitation(call.store, call.settings, person_id, call.now)
    outbox.deliver(call.store, call.settings, call.now)
    return Outcome([person_id], err)


def athlete_guardian(call: Call) -> Outcome:
    """One more guardian of a minor, invited by mail to answer for them. Prints the id."""
    who = _athlete(call)
    if not consenting.minor(call.settings, who.person, call.now):
        raise Refused(
            f"{who.person.name} is {call.settings.consent_age} or older and answers alone; "
            "nobody was added."
        )
    _own_address(call.get("email"), who.person.email)
    guardian_id = _add_guardian(call, who.person.person_id, call.get("email"), call.get("name"))
    notify.guardian_invitation(
        call.store, call.settings, who.person.person_id, guardian_id, call.now
    )
    outbox.deliver(call.store, call.settings, call.now)
    return Outcome([guardian_id])


def athlete_list(call: Call) -> Outcome:
    """Every athlete: id, name, teams and consents in force, tab-separated."""
    subjects = consenting.subjects(call.store, call.settings, call.now)
    lines = []
    for one in people.athletes(call.store):
        given = [kind.value for kind in sorted(subjects[one.person.person_id].consents)] or ["none"]
        names = ", ".join(team.name for team in one.teams)
        lines.append("\t".join([one.person.person_id, one.person.name, names, ", ".join(given)]))
    return Outcome(lines)


def athlete_consent(call: Call) -> Outcome:
    """Record a signed paper form: who signed, which kinds, and where the paper is kept."""
    who = _athlete(call)
    minor = consenting.minor(call.settings, who.person, call.now)
    if minor and call.get("signed_by") != "guardian":
        raise Refused(
            f"{who.person.name} is under {call.settings.consent_age}: only a form signed by a "
            "guardian counts; say so with --signed-by guardian."
        )
    by_role = "guardian" if call.get("signed_by") == "guardian" else "paper"
    kinds = call.get("kinds").split(",")
    for kind in kinds:
        consenting.record(
            call.store,
            who.person.person_id,
            Consent(kind),
            call.get("state") != "revoked",
            "cli",
            by_role,
            call.get("paper"),
            call.now,
        )
        people.audit(
            call.store,
            "cli",
            f"consent {call.get('state')}",
            who.person.person_id,
            f"{kind}, on paper: {call.get('paper')}",
            call.now,
        )
    if Consent.LOAD in kinds and call.get("state") == "revoked":
        leaving.consent_withdrawn(call.store, who.person.person_id, "cli", call.now)
    return Outcome(
        [], [f"Recorded for {who.person.name}: {call.get('kinds')} {call.get('state')}."]
    )


def athlete_erase(call: Call) -> Outcome:
    """Erase an athlete whose name was typed to confirm it; says what is kept."""
    who = _athlete(call)
    if not erasure.confirmed(who.person, call.get("name")):
        raise Refused("Nothing was deleted: that is not this athlete's name.")
    erasure.begin(call.store, call.settings, who.person.person_id, "cli", "cli", call.now)
    done = erasure.finish(call.store, call.settings, call.now)
    said = [f"Deleted; a copy of the data folder that the club made itself is not. {erasure.KEEPS}"]
    return Outcome([], [*said, *([] if done else [erasure.GOES_ON])])


def _athlete(call: Call) -> Athlete:
    """The athlete that the call names; raises Refused where there is none."""
    who = people.athlete(call.store, call.get("athlete"))
    if who is None:
        raise Refused(f"There is no athlete {call.get('athlete')}; see 'clubmon athlete list'.")
    return who


def _guardian(call: Call, athlete_id: str) -> list[str]:
    if call.get("guardian_email"):
        _add_guardian(call, athlete_id, call.get("guardian_email"), call.get("guardian_name"))
        return []
    who = people.person(call.store, athlete_id)
    if who and consenting.minor(call.settings, who, call.now):
        return [
            f"{who.name} is under {call.settings.consent_age} and has no guardian on record: "
            f"nothing is imported or asked until one is added with 'clubmon athlete guardian "
            f"{athlete_id} --email …', or has signed on paper ('clubmon athlete consent')."
        ]
    return []


def _add_guardian(call: Call, athlete_id: str, email: str, name: str) -> str:
    """Put a guardian on record, somebody known by address or a new person; the id."""
    known = people.by_email(call.store, email)
    guardian_id = (
        known.person_id
        if known
        else enrolling.add_person(call.store, name or email, email, call.now)
    )
    enrolling.add_guardian(call.store, guardian_id, athlete_id, call.now)
    people.audit(call.store, "cli", "guardian added", athlete_id, guardian_id, call.now)
    return guardian_id


def _own_address(guardian: str, athlete: str) -> None:
    """Raises Refused where a minor would be the own guardian."""
    if guardian.strip().lower() == athlete.strip().lower():
        raise Refused(f"{athlete} is the athlete's address; a guardian needs an own one.")


def _person(call: Call) -> people.Person:
    who = people.by_email(call.store, call.get("email"))
    if who is None:
        raise Refused(f"Nobody here has the address {call.get('email')}; add the person first.")
    return who
