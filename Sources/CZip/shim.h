#pragma once
#include <zip.h>
#include <zlib.h>

/// Prepares for data that has neither zlib's header nor its end, as it is in a zip. A macro with
/// the size of our structure.
static inline int czip_inflateInit2_raw(z_stream *_Nonnull stream) {
  return inflateInit2(stream, -MAX_WBITS);
}
