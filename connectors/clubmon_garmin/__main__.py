"""`python -m clubmon_garmin`."""

from clubmon_garmin.cli import main

main()
