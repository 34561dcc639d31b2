// A turn of libmosquitto's loop that leaves nothing behind.
//
// The library stops reading when errno is EAGAIN after a callback, with bytes left inside TLS that no
// further event of the socket tells of: callbacks keep errno, and each turn reads until TLS is empty.
#include <mosquitto.h>
#include <openssl/ssl.h>

static int turn(struct mosquitto *m) {
  int code = mosquitto_loop(m, 1000, 1);
  while (!code && mosquitto_ssl_get(m) && SSL_pending(mosquitto_ssl_get(m)) > 0) {
    code = mosquitto_loop_read(m, 1);
  }
  return code;
}
