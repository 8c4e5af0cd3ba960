"""The `speech-worker` command as a process: `python -m tests.service.jobs.speech_process [OPTIONS]`."""

from service.cli.speech_worker import speech_worker
from service.settings import Settings
from tests.service.jobs.building import application, build_line

if __name__ == "__main__":
    with application(build_line(Settings())).app_context():
        speech_worker.main()
