"""The cases, in the order in which they are tried on one shadow; a case's title is its docstring."""

import json
import time

from answer import PATIENCE, Answer

LARGEST = 8192  # bytes of the merged document


class Trial:
    """One client of one shadow, and what the cases have learned of it so far."""

    def __init__(self, client_type, identity, shadow, others):
        self.client_type = client_type
        self.identity = identity
        self.shadow = shadow
        self.others = others  # another thing's Identity, and the owner's
        self.client = client_type(identity, shadow)
        self.version = 0

    def topic(self, suffix, thing=None):
        infix = f"/name/{self.shadow}" if self.shadow else ""
        return f"$aws/things/{thing or self.identity.thing}/shadow{infix}/{suffix}"

    def connection(self, purpose, identity=None, **settings):
        identity = identity or self.identity
        return self.client_type.connection(
            identity, f"{self.identity.thing}-{self.shadow or 'classic'}-{purpose}", **settings)

    def update(self, state, version=None):
        """Updates, expects success and exactly the next version; answers what came."""
        answer = self.client.update(state, version)
        same(answer.code, 200)
        same(answer.version, self.version + 1)
        self.version = answer.version
        documents = self.client.documents.next()
        same(documents.current.version, self.version)
        return answer, documents

    def reject(self, code, state, version=None):
        answer = self.client.update(state, version)
        same(answer.code, code)
        self.client.documents.expect_none()


def same(found, expected):
    assert found == expected, f"{found!r} where {expected!r} is expected"


def is_now(seconds):
    assert seconds is not None and abs(seconds - time.time()) < 60, f"{seconds} is not now in s"


def connect(trial):
    """connect with mutual TLS, subscribe"""
    trial.client.open()


def get_nothing(trial):
    """get without a shadow: 404"""
    same(trial.client.get().code, 404)


def report(trial):
    """update reported: accepted, token, time"""
    answer, documents = trial.update({"reported": {"lamp": "off", "level": 3}})
    same(answer.state, {"reported": {"lamp": "off", "level": 3}})
    is_now(answer.seconds)
    same(documents.previous, None)
    same(documents.current.state, {"reported": {"lamp": "off", "level": 3}})
    trial.client.deltas.expect_none()


def desire(trial):
    """update desired: delta and documents come"""
    _, documents = trial.update({"desired": {"lamp": "on", "level": 3}})
    delta = trial.client.deltas.next()
    same((delta.state, delta.version), ({"lamp": "on"}, trial.version))
    is_now(delta.seconds)
    same(documents.previous.version, trial.version - 1)
    same(sorted(documents.current.state), ["desired", "reported"])


def get(trial):
    """get: both sections and the delta"""
    answer = trial.client.get()
    same((answer.code, answer.version), (200, trial.version))
    same(answer.state, {
        "desired": {"lamp": "on", "level": 3}, "reported": {"lamp": "off", "level": 3},
        "delta": {"lamp": "on"}})
    is_now(answer.seconds)


def obey(trial):
    """reported meets desired: no more delta"""
    trial.update({"reported": {"lamp": "on"}})
    trial.client.deltas.expect_none()
    same(trial.client.get().state.get("delta"), None)


def conflict(trial):
    """update with a wrong version: 409"""
    trial.reject(409, {"reported": {"level": 4}}, version=trial.version + 5)


def right_version(trial):
    """update with the right version"""
    trial.update({"reported": {"level": 4}}, version=trial.version)
    same(trial.client.deltas.next().state, {"level": 3})


def null(trial):
    """null removes a key, and a section"""
    _, documents = trial.update({"reported": {"level": None}, "desired": None})
    same(documents.current.state, {"reported": {"lamp": "on"}})


def large(trial):
    """8192 bytes are taken, 8193: 413"""
    text = "x" * (LARGEST - len('{"lamp":"on","text":""}'))
    trial.reject(413, {"reported": {"text": text + "x"}})
    _, documents = trial.update({"reported": {"text": text}})
    same(len(json.dumps(documents.current.state["reported"], separators=(",", ":"))), LARGEST)


def two_clients(trial):
    """two clients at once see each other's updates"""
    second = trial.connection("second")
    second.open()
    second.subscribe(trial.topic("update/documents"))
    for level in range(10):
        trial.update({"reported": {"text": None, "level": level}})
        topic, payload = second.arrivals.next()
        same(json.loads(payload)["current"]["version"], trial.version)
        second.publish(trial.topic("update"), json.dumps({"state": {"reported": {"by": level}}}))
        same(trial.client.documents.next().current.state["reported"]["by"], level)
        trial.version += 1
        second.arrivals.next()
    second.close()


def owner(trial):
    """desired by the owner's certificate: delta"""
    cloud = trial.connection("cloud", trial.others["owner"])
    cloud.open()
    cloud.publish(trial.topic("update"), json.dumps({"state": {"desired": {"lamp": "dim"}}}))
    trial.version += 1
    delta = trial.client.deltas.next()
    same((delta.state, delta.version), ({"lamp": "dim"}, trial.version))
    same(delta.token, None)
    trial.client.documents.next()
    cloud.close()


def foreign(trial):
    """another thing's shadow is out of reach"""
    stranger = trial.connection("stranger", trial.others["thing"])
    stranger.open()
    stranger.subscribe(trial.topic("update/documents"))
    stranger.publish(trial.topic("update"), json.dumps({"state": {"reported": {"stolen": 1}}}))
    trial.client.documents.expect_none()
    trial.update({"reported": {"level": 0}})
    trial.client.deltas.next()
    stranger.arrivals.expect_none()
    stranger.close()


def alpn(trial):
    """ALPN x-amzn-mqtt-ca, as on port 443"""
    connection = trial.connection("alpn", alpn=True)
    connection.open()
    connection.subscribe(trial.topic("get/accepted"))
    connection.publish(trial.topic("get"), "")
    topic, payload = connection.arrivals.next()
    same(json.loads(payload)["version"], trial.version)
    connection.close()


def session(trial):
    """a kept session (clean session false)"""
    connection = trial.connection("session", clean=False)
    connection.open()
    connection.subscribe(trial.topic("update/delta"))
    connection.close()
    trial.update({"desired": {"lamp": "red"}})
    trial.client.deltas.next()
    connection.open()
    topic, payload = connection.arrivals.next()
    same(json.loads(payload)["version"], trial.version)
    connection.close()


def keep_alive(trial):
    """still connected after idle keep-alives"""
    connection = trial.connection("idle", keep_alive=5)
    connection.open()
    connection.subscribe(trial.topic("get/accepted"))
    time.sleep(5 * 2.5)  # a broker cuts a silent client off after 1.5 times its keep-alive
    connection.publish(trial.topic("get"), "")
    connection.arrivals.next()
    connection.close()


def delete(trial):
    """delete: accepted, with the version it had"""
    answer = trial.client.delete()
    same((answer.code, answer.version), (200, trial.version))
    is_now(answer.seconds)


def get_deleted(trial):
    """get and delete after delete: 404"""
    same(trial.client.get().code, 404)
    same(trial.client.delete().code, 404)


def count_on(trial):
    """made again, the shadow goes on counting"""
    answer = trial.client.update({"reported": {"lamp": "off"}})
    same(answer.code, 200)
    assert answer.version > trial.version, f"{answer.version} is not above {trial.version}"
    same(trial.client.documents.next().previous, None)


def disconnect(trial):
    """disconnect"""
    trial.client.close()


CASES = [
    connect, get_nothing, report, desire, get, obey, conflict, right_version, null, large,
    two_clients, owner, foreign, alpn, session, keep_alive, delete, get_deleted, count_on, disconnect,
]
