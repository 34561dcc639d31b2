#define _GNU_SOURCE
// Publishes a shadow's messages at a steady pace, reads on standard input what a subscriber makes of
// them, and measures what that costs the subscriber: CPU time, resident memory, and how long a
// message takes from the publish to the end of its line.
//
// usage: subscriber | stream HOST PORT CA CERT KEY RECORDING PID COUNT RATE BURST QOS
//
// The recording has a line TOPIC, space, PAYLOAD for each message, which are sent over and over; the
// ten digits behind each "version": are put in anew, so that versions always rise. BURST messages at
// a time leave, then it sleeps: RATE a second in all. PID is the subscriber's.
// Prints one line of JSON. CPU is that of all its threads, as the scheduler counts it.
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <mosquitto.h>
#include <openssl/ssl.h>

enum { SAMPLES = 10, FIRST_VERSION = 1000000001 };

typedef struct {
  char *topic, *payload;
  int length, is_documents;
  char *versions[2];  // the digits to put in
} message_t;

static message_t *messages;
static long message_count, count;
static int subscriber, is_ready;
static double *sent_at, *seen_at;  // by update, NULL where nobody asks
static long lines, bytes, updates;
static double last_read;
// What the first message is taken for; lower while nobody has heard anything.
static long first_version = FIRST_VERSION - 1000000;

static double seconds(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}

static void fail(const char *why, const char *what) {
  fprintf(stderr, "stream: %s%s%s\n", why, *what ? ": " : "", what);
  exit(1);
}

static void read_recording(const char *path) {
  int file = open(path, O_RDONLY);
  struct stat status;
  if (file < 0 || fstat(file, &status)) fail("no recording", path);
  char *text = mmap(NULL, status.st_size, PROT_READ | PROT_WRITE, MAP_PRIVATE, file, 0);
  for (char *line = text; line < text + status.st_size;) {
    char *stop = memchr(line, '\n', text + status.st_size - line), *space = strchr(line, ' ');
    if (!stop || space > stop) fail("a line that is no message", path);
    messages = realloc(messages, (message_count + 1) * sizeof *messages);
    message_t *m = &messages[message_count++];
    *m = (message_t){strndup(line, space - line), space + 1, stop - space - 1};
    m->is_documents = !!strstr(m->topic, "/documents");
    char *at = m->payload;
    for (int i = 0; i < 1 + m->is_documents; i++) {
      at = memmem(at, stop - at, "\"version\":", 10);
      if (!at) fail("a message without a version", path);
      m->versions[i] = at += 10;
    }
    line = stop + 1;
  }
}

// CPU seconds of all threads of the subscriber.
static double cpu(void) {
  char path[64], text[128];
  snprintf(path, sizeof path, "/proc/%d/task", subscriber);
  DIR *tasks = opendir(path);
  if (!tasks) fail("the subscriber has ended", "");
  double sum = 0;
  for (struct dirent *entry; (entry = readdir(tasks));) {
    if (*entry->d_name == '.') continue;
    snprintf(path, sizeof path, "/proc/%d/task/%.16s/schedstat", subscriber, entry->d_name);
    int file = open(path, O_RDONLY);
    ssize_t length = file < 0 ? 0 : read(file, text, sizeof text - 1);
    if (file >= 0) close(file);
    if (length <= 0) continue;
    text[length] = 0;
    sum += atof(text) / 1e9;
  }
  closedir(tasks);
  return sum;
}

// KiB, by its name in the subscriber's status.
static long memory(const char *name) {
  char path[64], text[4096];
  snprintf(path, sizeof path, "/proc/%d/status", subscriber);
  int file = open(path, O_RDONLY);
  ssize_t length = file < 0 ? 0 : read(file, text, sizeof text - 1);
  if (file >= 0) close(file);
  if (length <= 0) fail("the subscriber has ended", "");
  text[length] = 0;
  char *at = strstr(text, name);
  return at ? atol(at + strlen(name) + 1) : 0;
}

static void on_connect(struct mosquitto *m, void *unused, int code) {
  if (code) fail("the broker refuses us", "");
  is_ready = 1;
}

// The line of an update ends with it; its version is the last in it.
static void note_line(char *line, char *end) {
  if (!memmem(line, end - line, "/documents", 10)) return;
  char *at = memrchr(line, '"', end - line);
  while (at && at > line && memcmp(at, "\"version\":", 10)) at = memrchr(line, '"', at - line);
  long version = at && at > line ? atol(at + 10) - FIRST_VERSION : -1;
  if (version >= 0 && version < count && !seen_at[version]) seen_at[version] = seconds();
}

static void take_input(void) {
  static char buffer[1 << 20];
  static size_t held;
  ssize_t length = read(0, buffer + held, sizeof buffer - held);
  if (length <= 0) fail("the subscriber's output has ended", "");
  bytes += length;
  last_read = seconds();
  char *line = buffer, *end = buffer + held + length;
  for (char *stop; (stop = memchr(line, '\n', end - line)); line = stop + 1) {
    lines++;
    if (seen_at) note_line(line, stop);
  }
  // Only who looks at lines needs the rest of one.
  held = seen_at ? end - line : 0;
  if (held == sizeof buffer) fail("a line without an end", "");
  memmove(buffer, line, held);
}

// Serves the broker and reads until the time has come.
static void serve(struct mosquitto *m, double until) {
  for (;;) {
    double now = seconds();
    int want = mosquitto_want_write(m);
    struct pollfd sources[] = {
        {mosquitto_socket(m), POLLIN | (want ? POLLOUT : 0), 0}, {0, POLLIN, 0}};
    struct timespec wait = {0, 0};
    if (until > now) {
      wait.tv_sec = (long)(until - now);
      wait.tv_nsec = (long)((until - now - wait.tv_sec) * 1e9);
    }
    int ready = ppoll(sources, 2, &wait, NULL);
    if (sources[1].revents) take_input();
    int code = 0;
    if (sources[0].revents & POLLIN) code = mosquitto_loop_read(m, 1);
    while (!code && mosquitto_ssl_get(m) && SSL_pending(mosquitto_ssl_get(m)) > 0) {
      code = mosquitto_loop_read(m, 1);
    }
    if (!code && mosquitto_want_write(m)) code = mosquitto_loop_write(m, 1);
    if (!code) code = mosquitto_loop_misc(m);
    if (code) fail("the connection", mosquitto_strerror(code));
    if (ready <= 0 && seconds() >= until) return;
    if (seconds() >= until + 1) return;
  }
}

static void publish(struct mosquitto *m, long number, int qos) {
  message_t *next = &messages[number % message_count];
  if (next->is_documents) updates++;
  for (int i = 0; i < 1 + next->is_documents; i++) {
    char digits[24];
    // Of an update's two versions the first is that before.
    long version = first_version + updates - 1 - (next->is_documents && i == 0);
    snprintf(digits, sizeof digits, "%010ld", version);
    memcpy(next->versions[i], digits, 10);
  }
  if (next->is_documents && sent_at) sent_at[updates - 1] = seconds();
  int code = mosquitto_publish(m, NULL, next->topic, next->length, next->payload, qos, 0);
  if (code) fail("publish", mosquitto_strerror(code));
}

static int order(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

int main(int argc, char **argv) {
  if (argc != 12) return 64;
  read_recording(argv[6]);
  subscriber = atoi(argv[7]);
  count = atol(argv[8]);
  double rate = atof(argv[9]);
  int burst = atoi(argv[10]), qos = atoi(argv[11]);
  mosquitto_lib_init();
  struct mosquitto *m = mosquitto_new("bench-stream", true, NULL);
  mosquitto_tls_set(m, argv[3], NULL, argv[4], argv[5], NULL);
  mosquitto_int_option(m, MOSQ_OPT_TCP_NODELAY, 1);
  mosquitto_int_option(m, MOSQ_OPT_SEND_MAXIMUM, 1000);
  mosquitto_connect_callback_set(m, on_connect);
  if (mosquitto_connect(m, argv[1], atoi(argv[2]), 600)) return 69;
  double begin = seconds();
  while (!is_ready) serve(m, seconds() + 0.01);
  // Until something comes out, the subscriber is not there yet.
  while (!bytes) {
    publish(m, 0, 0);
    serve(m, seconds() + 0.1);
    if (seconds() - begin > 20) fail("nothing comes", "");
  }
  serve(m, seconds() + 0.5);
  if (burst == 1) {
    sent_at = calloc(count + 1, sizeof *sent_at);
    seen_at = calloc(count + 1, sizeof *seen_at);
  }
  updates = lines = bytes = 0;
  first_version = FIRST_VERSION;
  long resident[SAMPLES + 1] = {memory("VmRSS")};
  double before = cpu();
  begin = seconds();
  for (long number = 0; number < count;) {
    for (int i = 0; i < burst && number < count; i++) publish(m, number++, qos);
    serve(m, begin + number / rate);
    if (number * SAMPLES / count > (number - burst) * SAMPLES / count) {
      resident[number * SAMPLES / count] = memory("VmRSS");
    }
  }
  double took = seconds() - begin;
  do serve(m, seconds() + 0.2);
  while (seconds() - last_read < 1);
  double spent = cpu() - before;
  printf("{\"seconds\":%.3f,\"cpu\":%.6f,\"microseconds\":%.3f,\"lines\":%ld,\"bytes\":%ld,\"updates\":%ld",
         took, spent, spent / count * 1e6, lines, bytes, updates);
  printf(",\"highest\":%ld,\"resident\":[%ld", memory("VmHWM"), resident[0]);
  for (int i = 1; i <= SAMPLES; i++) printf(",%ld", resident[i]);
  printf("]");
  if (seen_at) {
    long seen = 0;
    for (long i = 0; i < updates; i++) {
      if (seen_at[i]) sent_at[seen++] = seen_at[i] - sent_at[i];
    }
    qsort(sent_at, seen, sizeof *sent_at, order);
    printf(",\"seen\":%ld", seen);
    if (seen) {
      printf(",\"p50\":%.1f,\"p99\":%.1f", sent_at[seen / 2] * 1e6, sent_at[seen * 99 / 100] * 1e6);
    }
  }
  puts("}");
  mosquitto_disconnect(m);
  return 0;
}
