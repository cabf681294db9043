"""How a club sets Strava up, step by step, for its admin's page of connections."""

from __future__ import annotations

from clubmon.sdk import Way

SECRET = "/etc/clubmon/strava-secret"
WORD = "a long word of your own"

WAYS = (
    Way(
        "An application at Strava",
        (
            "Open https://www.strava.com/settings/api, signed in with the account that has the "
            "paid subscription, and create an application.",
            "As “Authorization Callback Domain” enter {host}.",
            "Put the “Client Secret” into a file that only the service can read.",
            "Write the “Client ID” and the name of that file into {settings}:",
            f'$ [connectors.strava_api]\nclient_id = "12345"\nclient_secret_file = "{SECRET}"',
            "Restart clubmon and reload this page: it says “Set up”. From then on athletes find "
            "“Connect with Strava” on their page “Sources”.",
        ),
        ("New activities come with the night.",),
    ),
    Way(
        "New activities within minutes",
        (
            "Strava has to reach the club’s address for webhooks, see below, over https. Think of "
            "a long word, write it into the same table of {settings}, and restart clubmon:",
            f'$ verify_token = "{WORD}"',
            "Ask Strava, once, to tell the club what is new:",
            "$ curl https://www.strava.com/api/v3/push_subscriptions -F client_id=12345 "
            f'-F client_secret="$(cat {SECRET})" -F callback_url={{hook}} '
            f"-F verify_token='{WORD}'",
            "Write the id that Strava answers into the same table, and restart clubmon once more:",
            '$ subscription_id = "120475"',
        ),
    ),
)
