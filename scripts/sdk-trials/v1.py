"""AWS IoT Device SDK for Python v1 (AWSIoTPythonSDK): the shadow handler and the bare client."""

import json
import socket
import uuid
from concurrent.futures import Future

from AWSIoTPythonSDK.MQTTLib import AWSIoTMQTTClient, AWSIoTMQTTShadowClient

from answer import PATIENCE, Answer, Arrivals, Documents


def configure(client, identity, alpn):
    """v1 asks for ALPN if it believes to connect to port 443; the socket goes where we say."""
    client.configureEndpoint(identity.host, 443 if alpn else identity.port)
    client.configureSocketFactory(
        lambda: socket.create_connection((identity.host, identity.port), PATIENCE))
    client.configureCredentials(identity.authority, identity.key, identity.certificate)
    client.configureConnectDisconnectTimeout(PATIENCE)
    client.configureMQTTOperationTimeout(PATIENCE)


class Connection:
    """MQTT 3.1.1 as v1 speaks it."""

    def __init__(self, identity, client_id, clean=True, keep_alive=30, alpn=False):
        self.arrivals = Arrivals()
        self.keep_alive = keep_alive
        self.native = AWSIoTMQTTClient(client_id, cleanSession=clean)
        configure(self.native, identity, alpn)
        self.native.onMessage = lambda message: self.arrivals.put((message.topic, message.payload))

    def open(self):
        self.native.connect(self.keep_alive)

    def close(self):
        self.native.disconnect()

    def subscribe(self, topic):
        self.native.subscribe(topic, 1, None)

    def publish(self, topic, payload):
        self.native.publish(topic, payload, 1)


class TopicClient:
    """`AWSIoTMQTTClient` on a shadow's topics: v1's handler knows no named shadows."""

    name = "v1 AWSIoTMQTTClient"
    connection = Connection

    def __init__(self, identity, shadow):
        infix = f"/name/{shadow}" if shadow else ""
        self.prefix = f"$aws/things/{identity.thing}/shadow{infix}/"
        self.link = Connection(identity, f"{identity.thing}-{shadow or 'classic'}")
        self.link.native.onMessage = lambda message: None
        self.deltas = Arrivals()
        self.documents = Arrivals()
        self.waiting = {}

    def open(self):
        self.link.open()
        for operation in ("get", "update", "delete"):
            for outcome in ("accepted", "rejected"):
                self._subscribe(f"{operation}/{outcome}", self._answered)
        self._subscribe("update/delta", lambda message: self.deltas.put(Answer.of(message)))
        self._subscribe("update/documents", lambda message: self.documents.put(documents(message)))

    def close(self):
        self.link.close()

    def get(self):
        return self._ask("get", {})

    def update(self, state, version=None):
        return self._ask("update", {"state": state} | ({"version": version} if version else {}))

    def delete(self):
        return self._ask("delete", {})

    def _subscribe(self, suffix, callback):
        self.link.native.subscribe(
            self.prefix + suffix, 1,
            lambda client, userdata, message: callback(json.loads(message.payload)))

    def _answered(self, message):
        if waiting := self.waiting.pop(message.get("clientToken"), None):
            waiting.set_result(Answer.of(message))

    def _ask(self, operation, body):
        token = str(uuid.uuid4())
        self.waiting[token] = waiting = Future()
        self.link.publish(self.prefix + operation, json.dumps(body | {"clientToken": token}))
        answer = waiting.result(PATIENCE)
        assert answer.token == token, f"the token {token} came back as {answer.token}"
        return answer


class HandlerClient:
    """`AWSIoTMQTTShadowClient` and its handlers for the classic shadow.

    A handler pairs answers and requests by the token itself, and times out without it. It ignores a
    delta whose version it has seen already in the answer to an update of its own, so deltas go to a
    second client, as in the samples of the SDK. Of documents it knows nothing: the second client's
    connection subscribes to them.
    """

    name = "v1 AWSIoTMQTTShadowClient"
    connection = Connection

    def __init__(self, identity, shadow):
        assert shadow is None, "v1's handler knows no named shadows"
        self.thing = identity.thing
        self.asking, self.listening = (
            AWSIoTMQTTShadowClient(f"{identity.thing}-{purpose}") for purpose in ("ask", "listen"))
        for client in (self.asking, self.listening):
            configure(client, identity, alpn=False)
        self.deltas = Arrivals()
        self.documents = Arrivals()

    def open(self):
        self.asking.connect()
        self.handler = self.asking.createShadowHandlerWithName(self.thing, True)
        self.listening.connect()
        listener = self.listening.createShadowHandlerWithName(self.thing, True)
        listener.shadowRegisterDeltaCallback(
            lambda text, *_: self.deltas.put(Answer.of(json.loads(text))))
        self.listening.getMQTTConnection().subscribe(
            f"$aws/things/{self.thing}/shadow/update/documents", 1,
            lambda client, userdata, message: self.documents.put(
                documents(json.loads(message.payload))))

    def close(self):
        self.asking.disconnect()
        self.listening.disconnect()

    def get(self):
        return self._ask(self.handler.shadowGet)

    def update(self, state, version=None):
        body = {"state": state} | ({"version": version} if version else {})
        return self._ask(self.handler.shadowUpdate, json.dumps(body))

    def delete(self):
        return self._ask(self.handler.shadowDelete)

    def _ask(self, operation, *arguments):
        outcome = Future()
        operation(
            *arguments, lambda text, status, token: outcome.set_result((text, status)), PATIENCE)
        text, status = outcome.result(PATIENCE + 1)
        assert status in ("accepted", "rejected"), f"v1's handler says {status}: {text}"
        return Answer.of(json.loads(text))


def documents(message):
    def half(snapshot):
        return snapshot and Answer.of(snapshot)
    return Documents(half(message["previous"]), half(message["current"]))
