// A bare echo: answers each update on tcxn/things/T/echo/update with as many publications of the
// same sizes as the shadow service does, and does nothing else.
//
// usage: echo HOST PORT CA CERT KEY ACCEPTED-BYTES DELTA-BYTES DOCUMENTS-BYTES
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "loop.h"

static int sizes[3];
static const char *const suffixes[3] = {"accepted", "delta", "documents"};
static char filler[8192];

static void on_message(struct mosquitto *m, void *unused, const struct mosquitto_message *message) {
  int saved = errno;
  char topic[128];
  // Every second thing has a difference, as in load.c.
  int odd = (message->topic[strlen("tcxn/things/0000000")] - '0') & 1;
  for (int i = 0; i < 3; i++) {
    if (i == 1 && !odd) continue;
    snprintf(topic, sizeof topic, "%s/%s", message->topic, suffixes[i]);
    if (mosquitto_publish(m, NULL, topic, sizes[i], filler, 1, false)) exit(1);
  }
  errno = saved;
}

static void on_connect(struct mosquitto *m, void *unused, int code) {
  if (code || mosquitto_subscribe(m, NULL, "tcxn/things/+/echo/update", 1)) exit(1);
}

static void on_subscribe(struct mosquitto *m, void *unused, int id, int count, const int *granted) {
  puts("ready");
  fflush(stdout);
}

int main(int argc, char **argv) {
  if (argc != 9) return 64;
  for (int i = 0; i < 3; i++) sizes[i] = atoi(argv[6 + i]);
  memset(filler, 'x', sizeof filler);
  mosquitto_lib_init();
  struct mosquitto *m = mosquitto_new("bench-echo", true, NULL);
  mosquitto_tls_set(m, argv[3], NULL, argv[4], argv[5], NULL);
  mosquitto_int_option(m, MOSQ_OPT_TCP_NODELAY, 1);
  mosquitto_int_option(m, MOSQ_OPT_SEND_MAXIMUM, 1000);
  mosquitto_connect_callback_set(m, on_connect);
  mosquitto_subscribe_callback_set(m, on_subscribe);
  mosquitto_message_callback_set(m, on_message);
  if (mosquitto_connect(m, argv[1], atoi(argv[2]), 60)) return 69;
  int code;
  while (!(code = turn(m))) {}
  return code;
}
