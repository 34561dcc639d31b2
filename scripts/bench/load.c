#define _GNU_SOURCE
// Updates the shadows of many things over one connection, with the owner's certificate, as fast as
// the answers come: a thing has at most one update under way, and all things together WINDOW.
//
// An update is over when its accepted, its documents and, for every second thing, its delta have
// come. Every accepted must have the next version of its shadow.
//
// usage: load HOST PORT CA CERT KEY shadow|echo THINGS UPDATES WINDOW
// Prints one line: seconds, CPU seconds of its own, and mean bytes of accepted, delta, documents.
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "loop.h"

enum { ACCEPTED = 1, DELTA = 2, DOCUMENTS = 4 };

static int things, updates, window;
static int is_echo;
static const char *format;
static int *missing, *version;     // of each thing: answers still to come, last version
static long started, finished, subscribed;
static long count[5], bytes[5];
static int *ready, ready_head, ready_count;  // things without an update under way, a ring

static double seconds(clockid_t clock) {
  struct timespec t;
  clock_gettime(clock, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}

static void fail(const char *why, const char *what, int length) {
  fprintf(stderr, "load: %s: %.*s\n", why, length, what);
  exit(1);
}

static void publish(struct mosquitto *m, int thing, const char *body) {
  char topic[128];
  snprintf(topic, sizeof topic, format, thing);
  if (mosquitto_publish(m, NULL, topic, strlen(body), body, 1, false)) fail("publish", "", 0);
}

// A weather station that reports two of its values; every second one is asked for another mode.
static void set_up(struct mosquitto *m, int thing) {
  char body[1024];
  snprintf(body, sizeof body,
           "{\"state\":{\"reported\":{\"temperature\":21.5,\"humidity\":61,\"mode\":\"eco\","
           "\"latlng\":\"57.652,11.958\",\"battery\":{\"level\":87,\"charging\":false},"
           "\"pump1\":{\"type\":\"pump\",\"flow\":11,\"running\":true}},"
           "\"desired\":{\"mode\":\"%s\",\"pump1\":{\"flow\":%d}}}}",
           thing & 1 ? "comfort" : "eco", thing & 1 ? 12 : 11);
  publish(m, thing, body);
}

static void update(struct mosquitto *m, int thing, long number) {
  char body[256];
  snprintf(body, sizeof body,
           "{\"state\":{\"reported\":{\"temperature\":%ld.%ld,\"humidity\":%ld}},"
           "\"clientToken\":\"%08lx\"}",
           10 + number % 25, number % 10, 30 + number % 60, number);
  publish(m, thing, body);
}

static void proceed(struct mosquitto *m) {
  while (started < updates && started - finished < window && ready_count) {
    int thing = ready[ready_head];
    ready_head = (ready_head + 1) % things;
    ready_count--;
    missing[thing] = ACCEPTED | DOCUMENTS | (thing & 1 ? DELTA : 0);
    // The first round of all makes the shadows.
    if (version[thing] < 0) set_up(m, thing); else update(m, thing, started);
    started++;
  }
}

static void take(const struct mosquitto_message *message) {
  const char *topic = message->topic;
  int thing = atoi(topic + strlen("$aws/things/"));  // as long as tcxn/things/
  const char *suffix = strrchr(topic, '/') + 1;
  int kind = suffix[0] == 'a' ? ACCEPTED : suffix[0] == 'r' ? 0 : suffix[1] == 'e' ? DELTA : DOCUMENTS;
  if (!kind) fail("rejected", message->payload, message->payloadlen);
  if (thing < 0 || thing >= things || !(missing[thing] & kind)) {
    fail("an answer that nobody asked for", topic, strlen(topic));
  }
  if (kind == ACCEPTED && !is_echo) {
    const char *at = memmem(message->payload, message->payloadlen, "\"version\":", 10);
    int found = at ? atoi(at + 10) : -1;
    if (version[thing] > 0 && found != version[thing] + 1) {
      fail("the version is not the next", message->payload, message->payloadlen);
    }
    version[thing] = found;
  } else if (kind == ACCEPTED) {
    version[thing] = 1;
  }
  count[kind]++;
  bytes[kind] += message->payloadlen;
  missing[thing] &= ~kind;
  if (missing[thing]) return;
  finished++;
  ready[(ready_head + ready_count++) % things] = thing;
}

static void on_message(struct mosquitto *m, void *unused, const struct mosquitto_message *message) {
  int saved = errno;
  take(message);
  errno = saved;
}

static void on_subscribe(struct mosquitto *m, void *unused, int id, int n, const int *granted) {
  subscribed++;
}

static void on_connect(struct mosquitto *m, void *unused, int code) {
  if (code) fail("refused", "", 0);
  const char *kinds[] = {"accepted", "delta", "documents", "rejected"};
  for (int i = 0; i < 4; i++) {
    char filter[128];
    snprintf(filter, sizeof filter,
             is_echo ? "tcxn/things/+/echo/update/%s" : "$aws/things/+/shadow/update/%s", kinds[i]);
    mosquitto_subscribe(m, NULL, filter, 1);
  }
}

static void run(struct mosquitto *m, long number) {
  updates = number;
  started = finished = 0;
  long before = 0;
  double last = seconds(CLOCK_MONOTONIC);
  while (finished < updates) {
    proceed(m);
    if (turn(m)) fail("the connection is lost", "", 0);
    if (finished > before) {
      before = finished;
      last = seconds(CLOCK_MONOTONIC);
    } else if (seconds(CLOCK_MONOTONIC) - last > 20) {
      fail("no answer for 20 s", "", 0);
    }
  }
}

int main(int argc, char **argv) {
  if (argc != 10) return 64;
  is_echo = !strcmp(argv[6], "echo");
  format = is_echo ? "tcxn/things/%08d/echo/update" : "$aws/things/%08d/shadow/update";
  things = atoi(argv[7]);
  window = atoi(argv[9]);
  missing = calloc(things, sizeof *missing);
  version = calloc(things, sizeof *version);
  ready = calloc(things, sizeof *ready);
  for (int i = 0; i < things; i++) {
    version[i] = -1;
    ready[ready_count++] = i;
  }
  mosquitto_lib_init();
  struct mosquitto *m = mosquitto_new("bench-load", true, NULL);
  mosquitto_tls_set(m, argv[3], NULL, argv[4], argv[5], NULL);
  mosquitto_int_option(m, MOSQ_OPT_TCP_NODELAY, 1);
  mosquitto_int_option(m, MOSQ_OPT_SEND_MAXIMUM, 1000);
  mosquitto_connect_callback_set(m, on_connect);
  mosquitto_subscribe_callback_set(m, on_subscribe);
  mosquitto_message_callback_set(m, on_message);
  if (mosquitto_connect(m, argv[1], atoi(argv[2]), 60)) return 69;
  while (subscribed < 4) if (turn(m)) fail("no connection", "", 0);
  run(m, things);
  memset(count, 0, sizeof count);
  memset(bytes, 0, sizeof bytes);
  double wall = seconds(CLOCK_MONOTONIC), cpu = seconds(CLOCK_PROCESS_CPUTIME_ID);
  run(m, atoi(argv[8]));
  printf("%f %f", seconds(CLOCK_MONOTONIC) - wall, seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu);
  for (int kind = ACCEPTED; kind <= DOCUMENTS; kind *= 2) printf(" %ld", bytes[kind] / count[kind]);
  puts("");
  mosquitto_disconnect(m);
  return 0;
}
