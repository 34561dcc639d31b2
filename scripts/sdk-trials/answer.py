"""What the trials expect of every client, whichever SDK it is made of."""

import queue
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Optional

PATIENCE = 10  # seconds for an answer
SILENCE = 0.5  # seconds after which nothing is taken to come


@dataclass
class Identity:
    """How to reach the sandbox, as whom."""

    host: str
    port: int
    authority: str
    thing: str
    certificate: str
    key: str


@dataclass
class Answer:
    """What a service said, as the SDK hands it on."""

    code: int = 200
    token: Optional[str] = None
    version: Optional[int] = None
    state: Any = None
    seconds: Optional[float] = None  # since 1970

    @staticmethod
    def of(message):
        """Of a message that the SDK hands on as parsed JSON."""
        return Answer(
            message.get("code", 200), message.get("clientToken"), message.get("version"),
            message.get("state"), message.get("timestamp"))

    @staticmethod
    def of_model(model):
        """Of one of v2's classes."""
        return Answer(
            getattr(model, "code", None) or 200, getattr(model, "client_token", None),
            getattr(model, "version", None), plain(getattr(model, "state", None)),
            model.timestamp.timestamp() if model.timestamp else None)


@dataclass
class Documents:
    """Before and after an update."""

    previous: Optional[Answer]
    current: Answer


def plain(state):
    """v2's state classes as JSON; a delta is plain already."""
    if state is None or isinstance(state, dict):
        return state
    return {
        section: getattr(state, section)
        for section in ("desired", "reported", "delta")
        if getattr(state, section, None) is not None
    }


class Arrivals(queue.Queue):
    """Messages that came by themselves, oldest first."""

    def next(self):
        try:
            return self.get(timeout=PATIENCE)
        except queue.Empty:
            raise AssertionError(f"nothing came within {PATIENCE} s") from None

    def expect_none(self):
        try:
            unexpected = self.get(timeout=SILENCE)
        except queue.Empty:
            return
        raise AssertionError(f"came though nothing should: {unexpected}")
