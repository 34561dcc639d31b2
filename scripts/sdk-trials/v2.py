"""AWS IoT Device SDK for Python v2 (awsiotsdk): three clients of one shadow."""

import threading
import uuid
from concurrent.futures import Future

from awscrt import io, mqtt, mqtt5, mqtt_request_response
from awsiot import ServiceStreamOptions, V2ServiceException, iotshadow, mqtt5_client_builder
from awsiot import mqtt_connection_builder

from answer import PATIENCE, Answer, Arrivals, Documents, plain


class Connection:
    """MQTT 3.1.1 as v2 speaks it."""

    def __init__(self, identity, client_id, clean=True, keep_alive=30, alpn=False):
        self.arrivals = Arrivals()
        settings = dict(
            client_id=client_id, clean_session=clean, keep_alive_secs=keep_alive,
            protocol_operation_timeout_ms=PATIENCE * 1000)
        if alpn:
            self.native = self._with_alpn(identity, settings)
        else:
            self.native = mqtt_connection_builder.mtls_from_path(
                identity.certificate, identity.key, ca_filepath=identity.authority,
                endpoint=identity.host, port=identity.port, **settings)
        self.native.on_message(lambda topic, payload, **_: self.arrivals.put((topic, payload)))

    @staticmethod
    def _with_alpn(identity, settings):
        """The builder asks for ALPN on port 443 only, so this is what it does, by hand."""
        options = io.TlsContextOptions.create_client_with_mtls_from_path(
            identity.certificate, identity.key)
        options.override_default_trust_store_from_path(None, identity.authority)
        options.alpn_list = ["x-amzn-mqtt-ca"]
        client = mqtt.Client(
            io.ClientBootstrap.get_or_create_static_default(), io.ClientTlsContext(options))
        return mqtt.Connection(
            client, host_name=identity.host, port=identity.port, **settings)

    def open(self):
        self.native.connect().result(PATIENCE)

    def close(self):
        self.native.disconnect().result(PATIENCE)

    def subscribe(self, topic):
        self.native.subscribe(topic, mqtt.QoS.AT_LEAST_ONCE)[0].result(PATIENCE)

    def publish(self, topic, payload):
        self.native.publish(topic, payload, mqtt.QoS.AT_LEAST_ONCE)[0].result(PATIENCE)


class Connection5:
    """MQTT 5 as v2 speaks it; the service behind the broker never notices."""

    def __init__(self, identity, client_id, clean=True, keep_alive=30, alpn=False):
        self.arrivals = Arrivals()
        self.session = (
            mqtt5.ClientSessionBehaviorType.CLEAN if clean
            else mqtt5.ClientSessionBehaviorType.REJOIN_ALWAYS)
        self.settings = dict(
            cert_filepath=identity.certificate, pri_key_filepath=identity.key,
            ca_filepath=identity.authority, endpoint=identity.host,
            port=identity.port, client_id=client_id, keep_alive_interval_sec=keep_alive,
            session_behavior=self.session, session_expiry_interval_sec=0 if clean else 300,
            on_publish_received=self._arrived, on_lifecycle_connection_success=self._opened,
            on_lifecycle_connection_failure=self._failed, on_lifecycle_stopped=self._stopped)
        self.opened = self.closed = None
        self.native = mqtt5_client_builder.mtls_from_path(**self.settings)

    def open(self):
        self.opened = Future()
        self.native.start()
        self.opened.result(PATIENCE)

    def close(self):
        self.closed = Future()
        self.native.stop()
        self.closed.result(PATIENCE)

    def subscribe(self, topic):
        self.native.subscribe(mqtt5.SubscribePacket(
            [mqtt5.Subscription(topic, mqtt5.QoS.AT_LEAST_ONCE)])).result(PATIENCE)

    def publish(self, topic, payload):
        self.native.publish(mqtt5.PublishPacket(
            topic=topic, payload=payload, qos=mqtt5.QoS.AT_LEAST_ONCE)).result(PATIENCE)

    def _arrived(self, data):
        self.arrivals.put((data.publish_packet.topic, data.publish_packet.payload))

    def _opened(self, data):
        self.opened.set_result(data)

    def _failed(self, data):
        if not self.opened.done():
            self.opened.set_exception(data.exception)

    def _stopped(self, data):
        if self.closed:
            self.closed.set_result(data)


class ShadowClient:
    """`IotShadowClient`: publishes requests and subscribes to answers, pairing them is our part."""

    name = "v2 IotShadowClient"
    connection = Connection

    def __init__(self, identity, shadow):
        self.names = {"thing_name": identity.thing}
        self.infix = "_"
        if shadow:
            self.names["shadow_name"] = shadow
            self.infix = "_named_"
        self.link = self.connection(identity, f"{identity.thing}-{shadow or 'classic'}")
        self.deltas = Arrivals()
        self.documents = Arrivals()
        self.waiting = {}
        self.lock = threading.Lock()

    def open(self):
        self.link.open()
        self.client = iotshadow.IotShadowClient(self.link.native)
        for operation in ("get", "update", "delete"):
            for outcome in ("accepted", "rejected"):
                self._subscribe(
                    f"{operation}{self.infix}shadow_{outcome}",
                    self._model(f"{operation.capitalize()}", "SubscriptionRequest"), self._answered)
        self._subscribe(
            f"{self.infix[1:]}shadow_delta_updated_events",
            self._model("", "DeltaUpdatedSubscriptionRequest"),
            lambda event: self.deltas.put(Answer.of_model(event)))
        self._subscribe(
            f"{self.infix[1:]}shadow_updated_events",
            self._model("", "UpdatedSubscriptionRequest"),
            lambda event: self.documents.put(documents(event)))

    def close(self):
        self.link.close()

    def get(self):
        return self._ask("get", {})

    def update(self, state, version=None):
        return self._ask("update", {"state": model_state(state), "version": version})

    def delete(self):
        return self._ask("delete", {})

    def _model(self, before, after):
        kind = "NamedShadow" if "shadow_name" in self.names else "Shadow"
        return getattr(iotshadow, before + kind + after)

    def _subscribe(self, what, request, callback):
        future, _ = getattr(self.client, f"subscribe_to_{what}")(
            request(**self.names), mqtt.QoS.AT_LEAST_ONCE, callback)
        future.result(PATIENCE)

    def _answered(self, response):
        with self.lock:
            waiting = self.waiting.pop(response.client_token, None)
        if waiting:
            waiting.set_result(Answer.of_model(response))

    def _ask(self, operation, members):
        token = str(uuid.uuid4())
        waiting = Future()
        with self.lock:
            self.waiting[token] = waiting
        request = self._model(operation.capitalize(), "Request")(
            **self.names, **members, client_token=token)
        publish = getattr(self.client, f"publish_{operation}{self.infix}shadow")
        publish(request, mqtt.QoS.AT_LEAST_ONCE).result(PATIENCE)
        answer = waiting.result(PATIENCE)
        assert answer.token == token, f"the token {token} came back as {answer.token}"
        return answer


class RequestClient(ShadowClient):
    """`IotShadowClientV2`: a request is a future, which fails on a rejection."""

    name = "v2 IotShadowClientV2"

    def open(self):
        self.link.open()
        self.client = iotshadow.IotShadowClientV2(
            self.link.native,
            mqtt_request_response.ClientOptions(
                max_request_response_subscriptions=8, max_streaming_subscriptions=2,
                operation_timeout_in_seconds=PATIENCE))
        self.streams = [
            self._stream(
                "shadow_delta_updated", "DeltaUpdatedSubscriptionRequest",
                lambda event: self.deltas.put(Answer.of_model(event))),
            self._stream(
                "shadow_updated", "UpdatedSubscriptionRequest",
                lambda event: self.documents.put(documents(event))),
        ]

    def _stream(self, what, request, callback):
        subscribed = threading.Event()
        stream = getattr(self.client, f"create{self.infix}{what}_stream")(
            self._model("", request)(**self.names),
            ServiceStreamOptions(
                incoming_event_listener=callback,
                subscription_status_listener=lambda event: subscribed.set()))
        stream.open()
        assert subscribed.wait(PATIENCE), f"no subscription to {what}"
        return stream

    def _ask(self, operation, members):
        request = self._model(operation.capitalize(), "Request")(**self.names, **members)
        try:
            response = getattr(self.client, f"{operation}{self.infix}shadow")(request)
            answer = Answer.of_model(response.result(PATIENCE + 1))
        except V2ServiceException as error:
            answer = Answer.of_model(error.modeled_error)
        assert answer.token == request.client_token, "the token came back as another one"
        return answer


class RequestClient5(RequestClient):
    name = "v2 IotShadowClientV2, MQTT 5"
    connection = Connection5


def model_state(state):
    """The request's state as v2 has it; a section that is null must say so."""
    return iotshadow.ShadowState(
        **state, **{f"{section}_is_nullable": True for section in state if state[section] is None})


def documents(event):
    def half(snapshot):
        return snapshot and Answer(version=snapshot.version, state=plain(snapshot.state))
    return Documents(half(event.previous), half(event.current))
