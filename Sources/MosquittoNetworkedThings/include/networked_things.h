#pragma once
#include <stdbool.h>
#include <stdint.h>

// What mosquitto 2 calls in a plug-in, and what it offers to one: the part that we use of its
// <mosquitto_plugin.h> and <mosquitto_broker.h>, so that building needs no further package. The
// interface has the number 5, which the broker asks for before anything else.

struct mosquitto;
struct mosquitto_property;
struct mosquitto_plugin_id_t;

struct mosquitto_opt {
  char *key;
  char *value;
};

struct mosquitto_evt_acl_check {
  void *future;
  struct mosquitto *client;
  const char *topic;
  const void *payload;
  struct mosquitto_property *properties;
  int access;
  uint32_t payloadlen;
  uint8_t qos;
  bool retain;
  void *future2[4];
};

enum { NETWORKED_INTERFACE = 5 };
/// MOSQ_EVT_ACL_CHECK.
enum { NETWORKED_EVENT_ACCESS = 2 };
/// MOSQ_ACL_READ: a message is about to be delivered; MOSQ_ACL_WRITE: one has been published.
enum { NETWORKED_ACCESS_READ = 1, NETWORKED_ACCESS_WRITE = 2 };
/// MOSQ_ERR_PLUGIN_DEFER: somebody else decides; MOSQ_ERR_SUCCESS: granted.
enum { NETWORKED_DEFER = 17, NETWORKED_GRANTED = 0, NETWORKED_NO_MEMORY = 1, NETWORKED_INVALID = 3 };

int mosquitto_callback_register(
    struct mosquitto_plugin_id_t *identifier, int event, int (*callback)(int, void *, void *),
    const void *event_data, void *userdata);
const char *mosquitto_client_username(const struct mosquitto *client);
int mosquitto_topic_matches_sub(const char *sub, const char *topic, bool *result);

int mosquitto_plugin_version(int supported_version_count, const int *supported_versions);
int mosquitto_plugin_init(
    struct mosquitto_plugin_id_t *identifier, void **userdata, struct mosquitto_opt *options,
    int option_count);
int mosquitto_plugin_cleanup(void *userdata, struct mosquitto_opt *options, int option_count);
