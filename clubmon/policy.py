"""Who may do what: one place, pure, denies unless a rule here allows.

A viewer has roles (club-wide or for teams), and may be an athlete or a guardian.
What staff see of an athlete also needs that athlete's consent of this moment.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class Role(StrEnum):
    ADMIN = "admin"
    COACH = "coach"
    PHYSIO = "physio"
    ATHLETE = "athlete"
    GUARDIAN = "guardian"


class Consent(StrEnum):
    """Kinds of data, each consented to on its own and revocable."""

    LOAD = "load"  # runs and lifts are stored; the team's coaches and physio see loads
    HEALTH = "health"  # check-in answers are stored; physio and medical contact see them
    TIGHTNESS = "tightness"  # the coach also sees tightness scores and what follows from them
    SCREEN = "screen"  # first name or shirt number and the week's loads on a screen of the team


class Permission(StrEnum):
    """What a route lets happen. A route without one is denied to everyone."""

    PUBLIC = "public"  # sign-in page, static files, health check
    SIGNED_LINK = "signed_link"  # the token in the path is the permission
    UPLOAD_TOKEN = "upload_token"  # the token in the Authorization header is the permission
    SIGNED_IN = "signed_in"
    SEE_SQUAD = "see_squad"
    SEE_ATHLETE = "see_athlete"
    HANDLE_FLAG = "handle_flag"
    SEE_REFERRALS = "see_referrals"
    HANDLE_REFERRAL = "handle_referral"
    ADMINISTER = "administer"
    SEE_RULES = "see_rules"
    SEE_RULES_OF = "see_rules_of"  # of one team, or of the club
    CHANGE_RULES = "change_rules"  # of one team, or of the club
    TAG_EXERCISES = "tag_exercises"
    HAND_IN_TEAM_FILES = "hand_in_team_files"  # of some team
    HAND_IN_FILES_OF = "hand_in_files_of"  # of one team
    PLAN_WEEK_OF = "plan_week_of"  # of one team
    GIVE_CONSENT = "give_consent"
    ANSWER_FILES = "answer_files"  # say what an athlete's own files leave open
    HAND_OVER = "hand_over"  # files for one athlete, and tokens to do so
    DECIDE_DOUBTS = "decide_doubts"  # about an athlete's sessions that can hardly be true
    ASSIGN_DRILL = "assign_drill"  # to an athlete, and end a plan
    NOTE_PLAN = "note_plan"  # as a physio, how a plan ended
    ANSWER_PLAN = "answer_plan"  # done, not today, it got worse
    CHOOSE_MAILS = "choose_mails"  # which e-mails an athlete gets, and when
    OWN_DATA = "own_data"  # take everything along, or delete it
    SET_AVAILABILITY = "set_availability"  # whether an athlete can train
    SEE_ACCOUNTING = "see_accounting"  # what became of flags
    KEEP_VALUES = "keep_values"  # an athlete's sex, heart rates and high speed
    SEE_SCREENS = "see_screens"
    MANAGE_SCREENS = "manage_screens"  # of one team
    SEE_REPORT_OF = "see_report_of"  # of one team's week


OPEN = frozenset({Permission.PUBLIC, Permission.SIGNED_LINK, Permission.UPLOAD_TOKEN})


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who is asking. `roles` maps a role to team ids; '' stands for the whole club."""

    person_id: str
    roles: Mapping[Role, frozenset[str]] = field(default_factory=dict)
    guardian_of: frozenset[str] = frozenset()

    def has(self, role: Role) -> bool:
        """Whether the viewer has this role anywhere."""
        return bool(self.guardian_of) if role is Role.GUARDIAN else bool(self.roles.get(role))

    def has_for(self, role: Role, teams: frozenset[str]) -> bool:
        """Whether the viewer has this role for one of these teams, or club-wide."""
        held = self.roles.get(role, frozenset())
        return "" in held or bool(held & teams)


@dataclass(frozen=True, slots=True)
class Subject:
    """The athlete whose data is asked for, with the consents in force at this moment."""

    athlete_id: str
    teams: frozenset[str]
    consents: frozenset[Consent]
    minor: bool = False  # a guardian sees and decides until the athlete is of age


def may(
    viewer: Viewer | None,
    permission: Permission,
    subject: Subject | None = None,
    team_id: str | None = None,
) -> bool:
    """Whether the viewer may use a route with this permission, on what it is about.

    That is an athlete, a team ('' is the club), or neither.
    """
    if permission in OPEN:
        return True
    if viewer is None:
        return False
    if permission in _OF_VIEWER:
        return _OF_VIEWER[permission](viewer)
    if permission in _OF_SUBJECT and subject is not None:
        return _OF_SUBJECT[permission](viewer, subject)
    if permission in _OF_TEAM and team_id is not None:
        return _OF_TEAM[permission](viewer, team_id)
    return False


def sees_load(viewer: Viewer, subject: Subject) -> bool:
    """Runs, lifts and load metrics: the athlete, a guardian, the team's coach and physio."""
    if _is_own(viewer, subject):
        return True
    staff = viewer.has_for(Role.COACH, subject.teams) or viewer.has_for(Role.PHYSIO, subject.teams)
    return staff and Consent.LOAD in subject.consents


def sees_tightness(viewer: Viewer, subject: Subject) -> bool:
    """Tightness scores, tiers and patterns that follow from them."""
    if sees_health(viewer, subject):
        return True
    agreed = {Consent.HEALTH, Consent.TIGHTNESS} <= subject.consents
    return viewer.has_for(Role.COACH, subject.teams) and agreed


def sees_health(viewer: Viewer, subject: Subject) -> bool:
    """Every check-in answer: the athlete, a guardian, and the physio with consent."""
    if _is_own(viewer, subject):
        return True
    return viewer.has_for(Role.PHYSIO, subject.teams) and Consent.HEALTH in subject.consents


def reaches_physio(viewer: Viewer, subject: Subject) -> bool:
    """Names and addresses of who treats the athlete: the team's staff who see anything of them.

    Not an admin's business, nor that of a coach to whom the athlete shows nothing.
    """
    staff = viewer.has_for(Role.COACH, subject.teams) or viewer.has_for(Role.PHYSIO, subject.teams)
    return staff and viewer.person_id != subject.athlete_id and _sees_anything(viewer, subject)


def turns_to_physio(viewer: Viewer, subject: Subject) -> bool:
    """The same for the athlete, and for a minor's guardian; asked only where something is referred
    or told to a physio, which both of them may see.
    """
    return _is_own(viewer, subject)


def _is_own(viewer: Viewer, subject: Subject) -> bool:
    own = viewer.person_id == subject.athlete_id and viewer.has(Role.ATHLETE)
    return own or (subject.minor and subject.athlete_id in viewer.guardian_of)


def _sees_anything(viewer: Viewer, subject: Subject) -> bool:
    """A physio may have been given the answers without the loads; each page shows what it may."""
    return sees_load(viewer, subject) or sees_health(viewer, subject)


def _handles(viewer: Viewer, subject: Subject) -> bool:
    return not _is_own(viewer, subject) and _sees_anything(viewer, subject)


def _assigns(viewer: Viewer, subject: Subject) -> bool:
    """Staff who may know of tightness; a coach, as everywhere, only with the loads."""
    sees = sees_health(viewer, subject) or (
        sees_load(viewer, subject) and sees_tightness(viewer, subject)
    )
    return sees and not _is_own(viewer, subject)


def _handles_referral(viewer: Viewer, subject: Subject) -> bool:
    return not _is_own(viewer, subject) and viewer.has_for(Role.PHYSIO, subject.teams)


def _changes_rules(viewer: Viewer, team_id: str) -> bool:
    """An admin everywhere; a coach for a team they coach, not for the club."""
    coaches = team_id != "" and viewer.has_for(Role.COACH, frozenset({team_id}))
    return viewer.has(Role.ADMIN) or coaches


def _runs_team(viewer: Viewer, team_id: str) -> bool:
    """An admin and the team's coaches, for a team."""
    return team_id != "" and _changes_rules(viewer, team_id)


def _plans(viewer: Viewer, team_id: str) -> bool:
    """The team's coaches."""
    return team_id != "" and viewer.has_for(Role.COACH, frozenset({team_id}))


def _reads_report(viewer: Viewer, team_id: str) -> bool:
    """The team's coaches and physios, each of what they may see; there is none of the club."""
    team = frozenset({team_id} - {""})
    return any(bool(team) and viewer.has_for(role, team) for role in (Role.COACH, Role.PHYSIO))


def _sees_rules(viewer: Viewer, team_id: str) -> bool:
    """The club's rules count for a coach's team too, so coaches may read them."""
    return _changes_rules(viewer, team_id) or (team_id == "" and viewer.has(Role.COACH))


_OF_VIEWER: Mapping[Permission, Callable[[Viewer], bool]] = {
    Permission.SIGNED_IN: lambda viewer: True,
    Permission.ADMINISTER: lambda viewer: viewer.has(Role.ADMIN),
    Permission.SEE_SQUAD: lambda viewer: viewer.has(Role.COACH) or viewer.has(Role.PHYSIO),
    Permission.SEE_REFERRALS: lambda viewer: viewer.has(Role.PHYSIO),
    Permission.SEE_RULES: lambda viewer: viewer.has(Role.ADMIN) or viewer.has(Role.COACH),
    Permission.SEE_SCREENS: lambda viewer: viewer.has(Role.ADMIN) or viewer.has(Role.COACH),
    Permission.HAND_IN_TEAM_FILES: lambda viewer: viewer.has(Role.ADMIN) or viewer.has(Role.COACH),
    Permission.SEE_ACCOUNTING: lambda viewer: any(
        viewer.has(role) for role in (Role.ADMIN, Role.COACH, Role.PHYSIO)
    ),
    Permission.TAG_EXERCISES: lambda viewer: any(
        viewer.has(role) for role in (Role.COACH, Role.PHYSIO)
    ),
}

_OF_SUBJECT: Mapping[Permission, Callable[[Viewer, Subject], bool]] = {
    Permission.SEE_ATHLETE: _sees_anything,
    Permission.GIVE_CONSENT: _is_own,
    Permission.ANSWER_FILES: _is_own,
    Permission.HAND_OVER: _is_own,
    Permission.CHOOSE_MAILS: _is_own,
    Permission.OWN_DATA: _is_own,
    Permission.DECIDE_DOUBTS: sees_load,
    Permission.KEEP_VALUES: sees_health,
    Permission.SET_AVAILABILITY: sees_health,
    Permission.HANDLE_FLAG: _handles,
    Permission.ASSIGN_DRILL: _assigns,
    Permission.NOTE_PLAN: _handles_referral,
    Permission.ANSWER_PLAN: _is_own,
    Permission.HANDLE_REFERRAL: _handles_referral,
}

_OF_TEAM: Mapping[Permission, Callable[[Viewer, str], bool]] = {
    Permission.SEE_RULES_OF: _sees_rules,
    Permission.CHANGE_RULES: _changes_rules,
    Permission.HAND_IN_FILES_OF: _runs_team,
    Permission.PLAN_WEEK_OF: _plans,
    Permission.MANAGE_SCREENS: _runs_team,
    Permission.SEE_REPORT_OF: _reads_report,
}


def is_minor(born: date | None, today: date, consent_age: int) -> bool:
    """Whether a guardian must consent. An unknown birth date counts as a minor."""
    if born is None:
        return True
    had_birthday = (today.month, today.day) >= (born.month, born.day)
    return today.year - born.year - (not had_birthday) < consent_age


@dataclass(frozen=True, slots=True)
class ConsentRecord:
    """The newest answer for one kind: granted or not, and in which role it was given."""

    granted: bool
    by_role: str  # 'athlete', 'guardian', or 'paper' (a signed form that an admin recorded)


def in_force(records: Mapping[Consent, ConsentRecord], *, minor: bool) -> frozenset[Consent]:
    """Consents that count now; a minor's count only when a guardian gave them.

    A paper form for a minor is recorded with by_role 'guardian'.
    """
    return frozenset(
        kind
        for kind, record in records.items()
        if record.granted and (not minor or record.by_role == "guardian")
    )
