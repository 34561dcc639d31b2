"""Gets one shadow with AWS's device SDK for Python, v2, and prints it: what `get` is compared with.

usage: sdk_get.py HOST PORT CA CERTIFICATE KEY THING
"""

import json
import sys
from concurrent.futures import Future

from awscrt import mqtt
from awsiot import iotshadow, mqtt_connection_builder

host, port, authority, certificate, key, thing = sys.argv[1:]
connection = mqtt_connection_builder.mtls_from_path(
    endpoint=host, port=int(port), ca_filepath=authority, cert_filepath=certificate,
    pri_key_filepath=key, client_id=thing, clean_session=True)
connection.connect().result(10)
shadows = iotshadow.IotShadowClient(connection)
answer = Future()
subscribed, _ = shadows.subscribe_to_get_shadow_accepted(
    iotshadow.GetShadowSubscriptionRequest(thing_name=thing), mqtt.QoS.AT_LEAST_ONCE,
    answer.set_result)
subscribed.result(10)
shadows.publish_get_shadow(
    iotshadow.GetShadowRequest(thing_name=thing), mqtt.QoS.AT_LEAST_ONCE).result(10)
document = answer.result(10)
print(json.dumps({"version": document.version, "reported": document.state.reported}))
connection.disconnect().result(10)
