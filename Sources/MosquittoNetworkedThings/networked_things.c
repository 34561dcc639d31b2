// A plug-in of the mosquitto broker: lets a thing's certificate reach the thing's networked things.
//
// The topics of a networked thing have PARENT__NAME where a thing's have its name. mosquitto's
// access list cannot say "the certificate's name, two underscores, and anything", for it has no wild
// card within a level; so this says it. It only ever grants: whatever is not a networked thing of
// the certificate that asks goes on to the access list.
//
// Options, each any number of times:
//   plugin_opt_read FILTER     what may be received, for instance $aws/things/+/shadow/#
//   plugin_opt_write FILTER    what may be published
// The third level of a filter is + and stands for the networked thing's name.

#include "networked_things.h"

#include <stdlib.h>
#include <string.h>

struct rule {
  int access;
  char *filter;
};

struct rules {
  int count;
  struct rule rule[];
};

/// Whether the third level of a topic is USER__NAME, split at the first two underscores.
static bool is_networked_to(const char *user, const char *topic) {
  const char *name = topic;
  for (int level = 0; level < 2; level++) {
    name = strchr(name, '/');
    if (!name) return false;
    name++;
  }
  const char *end = strchr(name, '/');
  if (!end) return false;
  const char *split = strstr(name, "__");
  if (!split || split == name || split + 2 >= end) return false;
  size_t length = (size_t)(split - name);
  return strlen(user) == length && memcmp(user, name, length) == 0;
}

static int check(int event, void *event_data, void *userdata) {
  (void)event;
  const struct mosquitto_evt_acl_check *request = event_data;
  const struct rules *rules = userdata;
  const char *user = mosquitto_client_username(request->client);
  if (!user || !request->topic || !is_networked_to(user, request->topic)) return NETWORKED_DEFER;
  for (int place = 0; place < rules->count; place++) {
    if (rules->rule[place].access != request->access) continue;
    bool matches = false;
    if (mosquitto_topic_matches_sub(rules->rule[place].filter, request->topic, &matches) == 0
        && matches) {
      return NETWORKED_GRANTED;
    }
  }
  return NETWORKED_DEFER;
}

static void forget(struct rules *rules) {
  if (!rules) return;
  for (int place = 0; place < rules->count; place++) free(rules->rule[place].filter);
  free(rules);
}

int mosquitto_plugin_version(int supported_version_count, const int *supported_versions) {
  for (int place = 0; place < supported_version_count; place++) {
    if (supported_versions[place] == NETWORKED_INTERFACE) return NETWORKED_INTERFACE;
  }
  return -1;
}

int mosquitto_plugin_init(
    struct mosquitto_plugin_id_t *identifier, void **userdata, struct mosquitto_opt *options,
    int option_count) {
  struct rules *rules =
      calloc(1, sizeof(struct rules) + (size_t)option_count * sizeof(struct rule));
  if (!rules) return NETWORKED_NO_MEMORY;
  for (int place = 0; place < option_count; place++) {
    bool is_read = strcmp(options[place].key, "read") == 0;
    bool is_known = is_read || strcmp(options[place].key, "write") == 0;
    if (!is_known || !options[place].value) {
      forget(rules);
      return NETWORKED_INVALID;
    }
    // Copied: the broker's options go when it reads its configuration again.
    char *filter = strdup(options[place].value);
    if (!filter) {
      forget(rules);
      return NETWORKED_NO_MEMORY;
    }
    rules->rule[rules->count].access = is_read ? NETWORKED_ACCESS_READ : NETWORKED_ACCESS_WRITE;
    rules->rule[rules->count].filter = filter;
    rules->count++;
  }
  *userdata = rules;
  return mosquitto_callback_register(identifier, NETWORKED_EVENT_ACCESS, check, NULL, rules);
}

int mosquitto_plugin_cleanup(void *userdata, struct mosquitto_opt *options, int option_count) {
  (void)options;
  (void)option_count;
  // The broker takes the callback out itself.
  forget(userdata);
  return 0;
}
