"""Garmin's Personal API, on the athlete's own machine: `clubmon-agent garmin`.

Fetches the original files of new activities with the athlete's own key and hands them to the
club with the athlete's own token. Imports nothing of clubmon: it is installed alone.
"""
