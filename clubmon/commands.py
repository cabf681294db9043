"""What the command line can ask of a data folder, whoever has it open.

Each command is a function of a Call that answers with an Outcome. `clubmon` runs it
itself, or hands it to the service that has the folder open; the answer is the same.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date, timedelta

from clubmon import calls, jobs, peoplecommands
from clubmon.arrival import arrivals, asking, filewords, ingest, teamfiles
from clubmon.calls import Call, Outcome, Refused
from clubmon.club import people, signin
from clubmon.flag import replay, replaylist
from clubmon.message import notify, outbox
from clubmon.sync import pull

__all__ = ["COMMANDS", "Call", "Outcome", "Refused", "run"]

OLDEST_MORNING = timedelta(days=3653)


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
            arrivals.answered(call.store, athlete_id, read, call.now)
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
    team = calls.team(call)
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


COMMANDS: dict[str, Callable[[Call], Outcome]] = {
    "import": import_files,
    "import-team": import_team,
    "nightly": nightly,
    "pull": pull_sources,
    "rebuild": rebuild,
    "replay": replay_morning,
    "login-link": login_link,
    "team add": peoplecommands.team_add,
    "team medical": peoplecommands.team_medical,
    "team checkins": peoplecommands.team_checkins,
    "staff add": peoplecommands.staff_add,
    "athlete add": peoplecommands.athlete_add,
    "athlete guardian": peoplecommands.athlete_guardian,
    "athlete list": peoplecommands.athlete_list,
    "athlete consent": peoplecommands.athlete_consent,
    "athlete erase": peoplecommands.athlete_erase,
}

_SAID = (Refused, people.PeopleError, ingest.ImportRefused, jobs.AlreadyRunning,
         replay.ReplayRefused)  # fmt: skip


def run(name: str, call: Call) -> Outcome:
    """Run a command; what it refuses becomes one line on standard error and exit code 1."""
    try:
        return COMMANDS[name](call)
    except _SAID as error:
        return Outcome([], [str(error)], 1)
