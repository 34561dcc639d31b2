#define _GNU_SOURCE
// Replays a recording into a broker at a steady rate while somebody types into the monitor on a
// terminal of 120x40, and measures from the key that is written to the end of the frame that
// answers it.
//
// The terminal says that it has synchronised output, so the end of a frame is there to be read. A
// key is answered by what only it can cause: `:` opens the palette, which shows the cursor,
// Control-G closes it and hides the cursor, j and k move the bar of the selected row.
//
// The first message of the recording is the calm one: it comes before the idle time. What the
// monitor has counted is read from its screen after Control-L, before and after the flood.
//
// usage: flood HOST PORT CA CERT KEY RECORDING RATE SECONDS IDLE-SECONDS SEED PROGRAM ARGUMENT...
// The recording has a line {"topic":…,"payload":…} for each message. Prints one line of JSON.
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <poll.h>
#include <pthread.h>
#include <pty.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "loop.h"

enum { ROWS = 40, COLUMNS = 120, MOST_UNDER_WAY = 4000, MOST_KEYS = 100000 };

static pid_t monitor;

static double seconds(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}

static void fail(const char *why, const char *what) {
  fprintf(stderr, "flood: %s%s%s\n", why, *what ? ": " : "", what);
  if (monitor > 0) kill(monitor, SIGTERM);
  exit(1);
}

// MARK: The recording

typedef struct {
  char *topic;
  const char *payload;
  int length;
} message_t;

static message_t *messages;
static long message_count;

static void read_recording(const char *path) {
  int file = open(path, O_RDONLY);
  struct stat status;
  if (file < 0 || fstat(file, &status)) fail("no recording", path);
  const char *text = mmap(NULL, status.st_size, PROT_READ, MAP_PRIVATE, file, 0);
  const char *end = text + status.st_size;
  long room = 0;
  for (const char *line = text; line < end;) {
    const char *stop = memchr(line, '\n', end - line);
    if (!stop) stop = end;
    const char *topic = memmem(line, stop - line, "\"topic\":\"", 9);
    const char *payload = memmem(line, stop - line, "\"payload\":", 10);
    if (!topic || !payload || stop[-1] != '}') fail("a line that is no message", path);
    topic += 9;
    payload += 10;
    if (message_count == room) {
      room = room * 2 + 1024;
      messages = realloc(messages, room * sizeof *messages);
    }
    messages[message_count++] = (message_t){
        strndup(topic, strchr(topic, '"') - topic), payload, stop - 1 - payload};
    line = stop + 1;
  }
}

// MARK: Publishing

static struct mosquitto *client;
static atomic_long sent, acknowledged;
static atomic_int is_ready, is_over;
static double rate;
static double flood_started, flood_ended;
static atomic_long wanted;  // messages to publish in all; rises when the flood begins

static void on_publish(struct mosquitto *m, void *unused, int id) { acknowledged++; }

static void on_connect(struct mosquitto *m, void *unused, int code) {
  if (code) fail("the broker refuses us", "");
  is_ready = 1;
}

// One turn without waiting for anything.
static void serve(void) {
  struct pollfd source = {mosquitto_socket(client), POLLIN, 0};
  int code = 0;
  if (poll(&source, 1, 0) > 0) code = mosquitto_loop_read(client, 1);
  while (!code && mosquitto_ssl_get(client) && SSL_pending(mosquitto_ssl_get(client)) > 0) {
    code = mosquitto_loop_read(client, 1);
  }
  if (!code && mosquitto_want_write(client)) code = mosquitto_loop_write(client, 1);
  if (!code) code = mosquitto_loop_misc(client);
  if (code) fail("the connection of the publisher", mosquitto_strerror(code));
}

// The first message at once, all others at the rate once they are wanted.
static void *publish(void *unused) {
  double began = 0;
  while (!is_over) {
    serve();
    long due = wanted > 0 ? 1 : 0;
    if (wanted > 1) {
      if (!began) began = flood_started = seconds();
      due = 1 + (long)((seconds() - began) * rate);
      if (due > wanted) due = wanted;
    }
    while (sent < due && sent - acknowledged < MOST_UNDER_WAY) {
      message_t *next = &messages[sent];
      int code = mosquitto_publish(client, NULL, next->topic, next->length, next->payload, 1, 0);
      if (code) fail("publish", mosquitto_strerror(code));
      sent++;
      if (sent == message_count) flood_ended = seconds();
    }
    struct timespec pause = {0, wanted > 1 && sent < wanted ? 1000000 : 20000000};
    nanosleep(&pause, NULL);
  }
  return NULL;
}

// MARK: The terminal

static int terminal;
static long bytes_read;
static char *screen_text;  // what came since it was last emptied
static size_t screen_length, screen_room;

enum { NOTHING, OPEN, CLOSE, MOVE };
static int awaited, is_marked;
static double pressed, answered;
static unsigned char tail[16];  // the last bytes, the newest last

static int ends_with(const char *text) {
  size_t length = strlen(text);
  return !memcmp(tail + sizeof tail - length, text, length);
}

static void see(unsigned char byte) {
  memmove(tail, tail + 1, sizeof tail - 1);
  tail[sizeof tail - 1] = byte;
  if (ends_with("\033[?2026$p") && write(terminal, "\033[?2026;2$y", 11) != 11) fail("write", "");
  if (awaited == NOTHING) return;
  is_marked |= awaited == OPEN ? ends_with("\033[?25h") : awaited == CLOSE ? ends_with("\033[?25l")
                                                                          : ends_with("▌");
  if (is_marked && ends_with("\033[?2026l")) {
    answered = seconds();
    awaited = NOTHING;
  }
}

// What was written as words: sequences are left out, but for the one that repeats a character.
static char *plain(void) {
  char *words = malloc(screen_length * 4 + 1), *to = words;
  for (size_t i = 0; i < screen_length; i++) {
    unsigned char c = screen_text[i];
    if (c != 033) {
      if (c >= ' ') *to++ = c;
      continue;
    }
    if (++i >= screen_length) break;
    if (screen_text[i] == '(') {
      i++;
    } else if (screen_text[i] == '[') {
      int number = 0;
      while (++i < screen_length && (unsigned char)screen_text[i] < '@') {
        char c = screen_text[i];
        if (c >= '0' && c <= '9') number = number * 10 + c - '0';
      }
      if (screen_text[i] == 'b' && to > words) {
        for (char last = to[-1]; number > 0; number--) *to++ = last;
      }
      if (screen_text[i] == 'C' || screen_text[i] == 'H') *to++ = ' ';
    }
  }
  *to = 0;
  return words;
}

// Reads what the monitor writes for so long, or until the key that is awaited is answered.
static int watch(double until, int only_answer) {
  while (1) {
    double left = until - seconds();
    if (left < 0) return 0;
    struct timespec pause = {(time_t)left, (left - (time_t)left) * 1e9};
    struct pollfd source = {terminal, POLLIN, 0};
    if (ppoll(&source, 1, &pause, NULL) <= 0) return 0;
    char buffer[65536];
    ssize_t count = read(terminal, buffer, sizeof buffer);
    if (count <= 0 && is_over) return 0;
    if (count <= 0) fail("the monitor has ended", plain());
    bytes_read += count;
    if (screen_length + count > screen_room) {
      screen_text = realloc(screen_text, screen_room = 2 * screen_room + count);
    }
    memcpy(screen_text + screen_length, buffer, count);
    screen_length += count;
    for (ssize_t i = 0; i < count; i++) see(buffer[i]);
    if (only_answer && awaited == NOTHING) return 1;
  }
}

static void settle(double quiet) {
  long before;
  do {
    before = bytes_read;
    watch(seconds() + quiet, 0);
  } while (before != bytes_read);
}

static void type(const char *key) {
  if (write(terminal, key, 1) != 1) fail("write", "");
}

// The log's total and the version, as a screen that is drawn anew shows them.
static void read_screen(long *total, long *version, long *dropped) {
  screen_length = 0;
  type("\f");
  settle(0.4);
  char *words = plain();
  // As the pane's frame says it: `live · 312`, and after a flood ` · 12 dropped`.
  char *at = strstr(words, "live · ");
  char *status = strstr(words, "connected");
  char *v = status ? strstr(status, " v") : NULL;
  if (!at) fail("no total on the screen", words);
  *total = atol(at + strlen("live · "));
  char *more = strstr(at + strlen("live · "), " · ");
  *dropped = more && strstr(more, "dropped") ? atol(more + strlen(" · ")) : 0;
  *version = v ? atol(v + 2) : 0;
  free(words);
}

// MARK: What the monitor costs

typedef struct {
  double cpu;      // seconds of all its threads
  long wake_ups;   // voluntary context switches of all its threads
  long memory;     // KiB resident
} cost_t;

static cost_t cost(void) {
  cost_t cost = {0};
  char pattern[64], line[256];
  glob_t tasks;
  snprintf(pattern, sizeof pattern, "/proc/%d/task/*", monitor);
  if (glob(pattern, 0, NULL, &tasks)) fail("no figures of the monitor", "");
  for (size_t i = 0; i < tasks.gl_pathc; i++) {
    char path[128];
    snprintf(path, sizeof path, "%s/schedstat", tasks.gl_pathv[i]);
    FILE *file = fopen(path, "r");
    double nanoseconds = 0;
    if (file && fscanf(file, "%lf", &nanoseconds) == 1) cost.cpu += nanoseconds / 1e9;
    if (file) fclose(file);
    snprintf(path, sizeof path, "%s/status", tasks.gl_pathv[i]);
    file = fopen(path, "r");
    while (file && fgets(line, sizeof line, file)) {
      long number;
      if (sscanf(line, "voluntary_ctxt_switches: %ld", &number) == 1) cost.wake_ups += number;
      if (i == 0 && sscanf(line, "VmRSS: %ld", &number) == 1) cost.memory = number;
    }
    if (file) fclose(file);
  }
  globfree(&tasks);
  return cost;
}

static void start_monitor(char **arguments) {
  struct winsize size = {ROWS, COLUMNS, 0, 0};
  monitor = forkpty(&terminal, NULL, NULL, &size);
  if (monitor < 0) fail("no terminal", strerror(errno));
  if (monitor) return;
  execv(arguments[0], arguments);
  _exit(127);
}

static void start_publisher(char **server) {
  mosquitto_lib_init();
  client = mosquitto_new("bench-flood", true, NULL);
  mosquitto_tls_set(client, server[2], NULL, server[3], server[4], NULL);
  mosquitto_int_option(client, MOSQ_OPT_TCP_NODELAY, 1);
  mosquitto_int_option(client, MOSQ_OPT_SEND_MAXIMUM, 65535);
  mosquitto_connect_callback_set(client, on_connect);
  mosquitto_publish_callback_set(client, on_publish);
  if (mosquitto_connect(client, server[0], atoi(server[1]), 60)) fail("no broker", server[0]);
  while (!is_ready) if (turn(client)) fail("no connection", "");
  pthread_t thread;
  pthread_create(&thread, NULL, publish, NULL);
}

// MARK: Typing

static double latencies[MOST_KEYS];
static int key_count, unanswered;

static int compare(const void *one, const void *other) {
  double a = *(const double *)one, b = *(const double *)other;
  return (a > b) - (a < b);
}

static double percentile(double part) {
  int place = (int)(part * key_count + 0.999999) - 1;
  return latencies[place < 0 ? 0 : place] * 1000;
}

static void press(const char *key, int answer) {
  awaited = answer;
  is_marked = 0;
  pressed = seconds();
  type(key);
  if (watch(pressed + 2, 1)) {
    latencies[key_count++] = answered - pressed;
  } else {
    unanswered++;
    awaited = NOTHING;
  }
}

static void type_until_over(void) {
  int is_open = 0, is_down = 0;
  while (sent < message_count || is_open) {
    if (key_count + unanswered == MOST_KEYS) break;
    double pause = 0.040 + 0.050 * drand48();
    watch(seconds() + pause, 0);
    screen_length = 0;
    if (is_open) {
      press("\a", CLOSE);
      is_open = 0;
    } else if (drand48() < 0.25) {
      press(":", OPEN);
      is_open = 1;
    } else {
      press(is_down ? "k" : "j", MOVE);
      is_down = !is_down;
    }
  }
}

int main(int argc, char **argv) {
  if (argc < 12) return 64;
  read_recording(argv[6]);
  rate = atof(argv[7]);
  double length = atof(argv[8]), idle = atof(argv[9]);
  srand48(atol(argv[10]));
  long needed = 1 + (long)(rate * length);
  if (message_count < needed) fail("the recording is too short", argv[6]);
  message_count = needed;
  start_publisher(argv + 1);
  start_monitor(argv + 11);

  double limit = seconds() + 20;
  for (int is_up = 0; !is_up;) {
    if (seconds() > limit) fail("the monitor does not connect", plain());
    settle(0.5);
    char *words = plain();
    is_up = strstr(words, "● connected") != NULL;
    free(words);
  }
  wanted = 1;
  while (acknowledged < 1) usleep(1000);
  watch(seconds() + 3, 0);  // the glow of what changed has gone

  cost_t before = cost();
  long quiet_bytes = bytes_read;
  watch(seconds() + idle, 0);
  cost_t after = cost();
  quiet_bytes = bytes_read - quiet_bytes;
  printf("{\"idle\":{\"seconds\":%.0f,\"cpu_ms\":%.2f,\"wake_ups\":%ld,\"bytes\":%ld,"
         "\"rss_mib\":%.1f},",
         idle, (after.cpu - before.cpu) * 1000, after.wake_ups - before.wake_ups, quiet_bytes,
         after.memory / 1024.0);

  long first_total, first_version, total, version, dropped;
  read_screen(&first_total, &first_version, &dropped);
  long flood_bytes = bytes_read;
  before = cost();
  wanted = message_count;
  type_until_over();
  double typed = seconds();
  long lag_bytes = bytes_read;
  double flood_time = flood_ended - flood_started;
  after = cost();
  flood_bytes = lag_bytes - flood_bytes;
  while (acknowledged < sent) {
    if (seconds() > typed + 60) fail("the broker does not acknowledge", "");
    watch(seconds() + 0.01, 0);
  }
  // While messages wait there is a frame every few milliseconds.
  settle(0.1);
  double behind = seconds() - 0.1 - flood_ended;
  settle(0.5);
  cost_t end = cost();
  read_screen(&total, &version, &dropped);
  if (!key_count) fail("no key was answered", "");
  qsort(latencies, key_count, sizeof *latencies, compare);
  printf("\"flood\":{\"published\":%ld,\"counted\":%ld,\"version\":%ld,\"dropped\":%ld,"
         "\"rate\":%.0f,"
         "\"keys\":%d,\"unanswered\":%d,\"p50_ms\":%.2f,\"p99_ms\":%.2f,\"max_ms\":%.2f,"
         "\"cpu_share\":%.3f,\"cpu_us\":%.1f,\"behind_ms\":%.0f,\"bytes_per_second\":%.0f,"
         "\"rss_mib\":%.1f}}\n",
         message_count - 1, total - first_total, version, dropped, (message_count - 1) / flood_time,
         key_count, unanswered, percentile(0.50), percentile(0.99), percentile(1.0),
         (after.cpu - before.cpu) / flood_time,
         (end.cpu - before.cpu) / (message_count - 1) * 1e6, behind * 1000,
         flood_bytes / flood_time, end.memory / 1024.0);
  is_over = 1;
  type("q");
  watch(seconds() + 0.5, 0);
  kill(monitor, SIGTERM);
  waitpid(monitor, NULL, 0);
  return 0;
}
