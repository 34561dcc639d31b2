#pragma once
#include <microhttpd.h>
#include <sys/socket.h>

/// Their names in Swift depend on attributes that the header has only for some compilers.
static const enum MHD_Result cmhd_yes = MHD_YES;
static const enum MHD_Result cmhd_no = MHD_NO;
static const enum MHD_ValueKind cmhd_header = MHD_HEADER_KIND;
static const enum MHD_ResponseMemoryMode cmhd_copied = MHD_RESPMEM_MUST_COPY;

/// Serves HTTPS on one address, on a thread of its own. MHD_start_daemon() is variadic, which Swift
/// does not import.
static inline struct MHD_Daemon *_Nullable cmhd_start(
    const struct sockaddr *_Nonnull address, const char *_Nonnull key,
    const char *_Nonnull certificate,
    void *_Nullable (*_Nonnull begin)(
        void *_Nullable, const char *_Nullable, struct MHD_Connection *_Nullable),
    MHD_AccessHandlerCallback answer, MHD_RequestCompletedCallback end, void *_Nullable context) {
  unsigned flags = MHD_USE_AUTO_INTERNAL_THREAD | MHD_USE_TLS;
  if (address->sa_family == AF_INET6) flags |= MHD_USE_IPv6;
  return MHD_start_daemon(
      flags, 0, NULL, NULL, answer, context,
      MHD_OPTION_SOCK_ADDR, address,
      MHD_OPTION_HTTPS_MEM_KEY, key,
      MHD_OPTION_HTTPS_MEM_CERT, certificate,
      MHD_OPTION_URI_LOG_CALLBACK, begin, context,
      MHD_OPTION_NOTIFY_COMPLETED, end, context,
      MHD_OPTION_CONNECTION_LIMIT, 64u,
      MHD_OPTION_CONNECTION_TIMEOUT, 60u,
      MHD_OPTION_END);
}
