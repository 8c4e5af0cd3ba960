"""How the work of a job ends other than well; any other exception means: try again after the usual time."""


class GiveUp(Exception):
    """The job can never succeed: it becomes a dead letter at once. The message is kept; it quotes no resident."""


class TryAgain(Exception):
    """The job may succeed soon: ``seconds`` from now, instead of after the usual time."""

    def __init__(self, reason: str, seconds: float) -> None:
        super().__init__(reason)
        self.seconds = seconds
