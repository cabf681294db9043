"""What the command line can ask of a data folder, whoever has it open.

Each command is a function of a Call that answers with an Outcome. `clubmon` runs it
itself, or hands it to the service that has the folder open; the answer is the same.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

from clubmon import (
    asking,
    contacts,
    erasure,
    filewords,
    ingest,
    jobs,
    leaving,
    notify,
    outbox,
    people,
    pull,
    replay,
    replaylist,
    signin,
    teamfiles,
)
from clubmon.policy import Consent, Role
from clubmon.settings import Settings
from clubmon.store import Store

OLDEST_MORNING = timedelta(days=3653)
OLDEST_ATHLETE = timedelta(days=120 * 366)


class Refused(Exception):
    """The command was understood and not done, in one sentence."""


@dataclass(frozen=True, slots=True)
class Call:
    """A command's input: its arguments as text, and files as (path, name to show)."""

    store: Store
    settings: Settings
    now: datetime
    arguments: dict[str, str]
    files: list[tuple[Path, str]] = field(default_factory=list)
    progress: Callable[[str], None] = lambda name: None

    def get(self, name: str) -> str:
        """An argument's text, '' where it was not given."""
        return self.arguments.get(name, "")


@dataclass(frozen=True, slots=True)
class Outcome:
    """Lines for standard output, lines for standard error, and the exit code."""

    out: list[str] = field(default_factory=list)
    err: list[str] = field(default_factory=list)
    code: int = 0


def import_files(call: Call) -> Outcome:
    """Store files for one athlete; a receipt line each, a message line for what was refused.

    Answers (`key=value`, one a line in the argument `answers`) are taken once the files are
    there: what waited for them is read again.
    """
    athlete_id, receipts = call.get("athlete"), {}
    for place, receipt in enumerate(
        ingest.store_files(call.store, call.settings, athlete_id, call.files, call.now)
    ):
        call.progress(receipt.name)
        receipts[receipt.sha256 or str(place)] = receipt
    wrong = []
    for line in call.get("answers").splitlines():
        key, _, value = line.partition("=")
        try:
            read = asking.answer(call.store, call.settings, athlete_id, key, value, "cli", call.now)
        except asking.AnswerRefused as error:
            wrong.append(str(error))
        else:
            receipts |= {receipt.sha256: receipt for receipt in read}
    told = _told(call, athlete_id, list(receipts.values()))
    return Outcome(told.out, [*wrong, *told.err], 1 if wrong else told.code)


def _told(call: Call, athlete_id: str, receipts: list[ingest.Receipt]) -> Outcome:
    """What became of files, and what they ask."""
    outcome = Outcome()
    for receipt in receipts:
        outcome.out.append(f"{receipt.name}: {filewords.receipt(receipt)}")
        outcome.err.extend(f"Note: {line}" for line in receipt.notes)
        outcome.err.extend(f"Set aside: {line}" for line in receipt.doubtful)
        outcome.err.extend(f"Refused: {refusal}" for refusal in receipt.refusals)
    names = {receipt.sha256: receipt.name for receipt in receipts}
    waits = asking.waited_for(call.store, athlete_id, names)
    open_ = asking.asked(call.store, athlete_id) if waits else []
    page = f"{call.settings.base_url.rstrip('/')}/athlete/{athlete_id}/questions"
    for question in (one.question for one in open_ if one.question.key in waits):
        name, way = names[waits[question.key]], asking.choose(question)
        outcome.err.append(f"Question: {name}: {question.text} See {page}, or {way}.")
    refused = any(receipt.refusals for receipt in receipts)
    return Outcome(outcome.out, outcome.err, 1 if refused or waits else 0)


def import_team(call: Call) -> Outcome:
    """Store a team's file, a line per player; `players` are lines NAME=ATHLETE_ID to remember."""
    team = _team(call)
    wanted = dict(line.rpartition("=")[::2] for line in call.get("players").splitlines())
    try:
        teamfiles.place(call.store, team.team_id, wanted, "cli", call.now)
    except teamfiles.NotPlaced as error:
        raise Refused(str(error)) from None
    out, err = [], []
    members = teamfiles.of(call.store, team.team_id)
    page = f"{call.settings.base_url.rstrip('/')}/teams/{team.team_id}/files"
    for path, name in call.files:
        read = teamfiles.import_file(call.store, call.settings, team.team_id, path, name, call.now)
        out += filewords.lines(read)
        err += [*filewords.problems(read), *filewords.questions(read, members, page)]
    return Outcome(out, err, 1 if err else 0)


def nightly(call: Call) -> Outcome:
    """Run the nightly job for a morning (default: today in the club's zone)."""
    given = call.get("date")
    today = people.local_today(call.settings, None, call.now)
    morning = date.fromisoformat(given) if given else today
    if morning > today:
        raise Refused(f"{morning} is in the future; the newest morning is {today}.")
    if morning < today - OLDEST_MORNING:
        raise Refused(f"{morning} is more than ten years ago; name a later morning.")
    run = jobs.nightly(call.store, call.settings, morning, call.now)
    if morning < today and not run.error:  # the pages show today's figures
        jobs.rebuild(call.store, call.settings, call.now, from_raw=False)
    if run.error:
        return Outcome([], [run.error], 1)
    seconds = ", ".join(f"{name} {value} s" for name, value in run.seconds.items())
    counts = run.counts
    return Outcome(
        [
            f"Morning of {morning}: {counts['flag']} new flags, {counts['notify']} messages, "
            f"{counts['deliver']} delivered."
        ],
        [f"Took: {seconds}."],
    )


def pull_sources(call: Call) -> Outcome:
    """Fetch what is new from every connected source; a message line for each that failed."""
    pulled = pull.everyone(call.store, call.settings, call.now, history_seconds=math.inf)
    said = (
        f"Asked for {pulled.connections} connections: {pulled.documents} new documents, "
        f"{pulled.deleted} deleted at their source. Figures follow with the next nightly run."
    )
    return Outcome([said], list(pulled.problems), 1 if pulled.problems else 0)


def rebuild(call: Call) -> Outcome:
    """Make the marts anew, from the raw files where asked."""
    settled = jobs.rebuild(
        call.store, call.settings, call.now, from_raw=call.get("from_raw") == "yes"
    )
    said = f"Rebuilt; {settled.loaded} raw files were read again."
    return Outcome([said], list(settled.problems), 1 if settled.problems else 0)


def replay_morning(call: Call) -> Outcome:
    """The list of a past morning as JSON, from what was known then."""
    morning = date.fromisoformat(call.get("date"))
    found = replay.of(call.store, call.settings, morning, call.now)
    return Outcome([replaylist.as_json(found)])


def login_link(call: Call) -> Outcome:
    """A link that signs its owner in once; the owner is told, the audit log too."""
    who = people.by_email(call.store, call.get("email"))
    if who is None:
        raise Refused(f"Nobody here has the address {call.get('email')}; check the spelling.")
    url = signin.issue(
        call.store, call.settings, who.person_id, call.now, signin.PRINTED_LIFETIME, actor="cli"
    )
    notify.login_link_printed(call.store, call.settings, who, call.now)
    outbox.deliver(call.store, call.settings, call.now)
    return Outcome([url])


def team_add(call: Call) -> Outcome:
    """A new team; prints its id."""
    return Outcome([people.add_team(call.store, call.get("name"), call.now)])


def team_medical(call: Call) -> Outcome:
    """Name the person who is told of tier 3 answers of a team."""
    team = _team(call)
    who = _person(call)
    if who not in contacts.offered(call.store, team.team_id):
        raise Refused(
            f"{who.name} cannot be the contact of {team.name}: only a physio, or somebody without "
            "any role here, is told of an athlete's health; name another person."
        )
    second = call.get("second") == "yes"
    people.set_medical_contact(call.store, team.team_id, who.person_id, call.now, second=second)
    people.audit(call.store, "cli", "medical contact set", team.team_id, who.person_id, call.now)
    return Outcome([], [f"{who.name} is told of refer answers of {team.name}."])


def team_checkins(call: Call) -> Outcome:
    """Turn a team's check-ins on or off."""
    team = _team(call)
    on = call.get("state") == "on"
    people.switch_checkins(call.store, team.team_id, on, call.now)
    people.audit(call.store, "cli", f"check-ins {call.get('state')}", team.team_id, "", call.now)
    return Outcome([], [f"Check-ins of {team.name} are {call.get('state')}."])


def staff_add(call: Call) -> Outcome:
    """A coach, physio or admin; someone known by address gets the further role. Prints the id."""
    role = Role(call.get("role"))
    team_id = _team(call).team_id if call.get("team") else ""
    known = people.by_email(call.store, call.get("email"))
    person_id = (
        known.person_id
        if known
        else people.add_person(call.store, call.get("name"), call.get("email"), call.now)
    )
    people.add_role(call.store, person_id, role, team_id, call.now)
    people.audit(call.store, "cli", f"role {role} given", person_id, team_id, call.now)
    return Outcome([person_id])


def athlete_add(call: Call) -> Outcome:
    """An athlete, invited by mail to consent; a minor's guardian as well. Prints the id."""
    born = date.fromisoformat(call.get("born"))
    today = people.local_today(call.settings, None, call.now)
    if not today - OLDEST_ATHLETE < born < today:
        raise Refused(f"{born} is no birth date; write it as YYYY-MM-DD.")
    err: list[str] = []
    team = people.team_by_name(call.store, call.get("team"))
    if team is None:
        people.add_team(call.store, call.get("team"), call.now)
        team = _team(call)
        err.append(f"There was no team '{team.name}'; it is made now.")
    person_id = people.add_person(
        call.store,
        call.get("name"),
        call.get("email"),
        call.now,
        born=born,
        shirt=call.get("shirt") or None,
        position=call.get("position") or None,
    )
    people.add_role(call.store, person_id, Role.ATHLETE, team.team_id, call.now)
    people.audit(call.store, "cli", "athlete added", person_id, team.team_id, call.now)
    err.extend(_guardian(call, person_id))
    notify.invitation(call.store, call.settings, person_id, call.now)
    outbox.deliver(call.store, call.settings, call.now)
    return Outcome([person_id], err)


def athlete_list(call: Call) -> Outcome:
    """Every athlete: id, name, teams and consents in force, tab-separated."""
    subjects = people.subjects(call.store, call.settings, call.now)
    lines = []
    for one in people.athletes(call.store):
        given = [kind.value for kind in sorted(subjects[one.person.person_id].consents)] or ["none"]
        names = ", ".join(team.name for team in one.teams)
        lines.append("\t".join([one.person.person_id, one.person.name, names, ", ".join(given)]))
    return Outcome(lines)


def athlete_consent(call: Call) -> Outcome:
    """Record a signed paper form: who signed, which kinds, and where the paper is kept."""
    who = people.athlete(call.store, call.get("athlete"))
    if who is None:
        raise Refused(f"There is no athlete {call.get('athlete')}; see 'clubmon athlete list'.")
    minor = people.minor(call.settings, who.person, call.now)
    if minor and call.get("signed_by") != "guardian":
        raise Refused(
            f"{who.person.name} is under {call.settings.consent_age}: only a form signed by a "
            "guardian counts; say so with --signed-by guardian."
        )
    by_role = "guardian" if call.get("signed_by") == "guardian" else "paper"
    kinds = call.get("kinds").split(",")
    for kind in kinds:
        people.record_consent(
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
    who = people.athlete(call.store, call.get("athlete"))
    if who is None:
        raise Refused(f"There is no athlete {call.get('athlete')}; see 'clubmon athlete list'.")
    if not erasure.confirmed(who.person, call.get("name")):
        raise Refused("Nothing was deleted: that is not this athlete's name.")
    erasure.begin(call.store, call.settings, who.person.person_id, "cli", "cli", call.now)
    done = erasure.finish(call.store, call.settings, call.now)
    said = [f"Deleted; a copy of the data folder that the club made itself is not. {erasure.KEEPS}"]
    return Outcome([], [*said, *([] if done else [erasure.GOES_ON])])


def _guardian(call: Call, athlete_id: str) -> list[str]:
    email = call.get("guardian_email")
    if email:
        known = people.by_email(call.store, email)
        guardian_id = (
            known.person_id
            if known
            else people.add_person(call.store, call.get("guardian_name") or email, email, call.now)
        )
        people.add_guardian(call.store, guardian_id, athlete_id, call.now)
        return []
    who = people.person(call.store, athlete_id)
    if who and people.minor(call.settings, who, call.now):
        return [
            f"{who.name} is under {call.settings.consent_age} and has no guardian on record: "
            "nothing is imported, asked or mailed until one is added with --guardian-email."
        ]
    return []


def _team(call: Call) -> people.Team:
    team = people.team_by_name(call.store, call.get("team"))
    if team is None:
        raise Refused(f"There is no team '{call.get('team')}'; add it with 'clubmon team add'.")
    return team


def _person(call: Call) -> people.Person:
    who = people.by_email(call.store, call.get("email"))
    if who is None:
        raise Refused(f"Nobody here has the address {call.get('email')}; add the person first.")
    return who


COMMANDS: dict[str, Callable[[Call], Outcome]] = {
    "import": import_files,
    "import-team": import_team,
    "nightly": nightly,
    "pull": pull_sources,
    "rebuild": rebuild,
    "replay": replay_morning,
    "login-link": login_link,
    "team add": team_add,
    "team medical": team_medical,
    "team checkins": team_checkins,
    "staff add": staff_add,
    "athlete add": athlete_add,
    "athlete list": athlete_list,
    "athlete consent": athlete_consent,
    "athlete erase": athlete_erase,
}

_SAID = (Refused, people.PeopleError, ingest.ImportRefused, jobs.AlreadyRunning,
         replay.ReplayRefused)  # fmt: skip


def run(name: str, call: Call) -> Outcome:
    """Run a command; what it refuses becomes one line on standard error and exit code 1."""
    try:
        return COMMANDS[name](call)
    except _SAID as error:
        return Outcome([], [str(error)], 1)
