"""Stands for the web process, to be killed in the middle: `python -m tests.service.jobs.web_process LEASE`."""

import sys
import threading

from service.jobs.start import start_jobs
from service.settings import Settings
from tests.service.jobs.building import build_line

if __name__ == "__main__":
    start_jobs(build_line(Settings()), threads=2, lease_seconds=float(sys.argv[1]))
    threading.Event().wait()
