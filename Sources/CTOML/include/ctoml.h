// toml++ for Swift: reads a text of TOML 1.0 into a flat list that C can say.
#ifndef CTOML_H
#define CTOML_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Braces and brackets inside one another, and parts of one key.
#define CTOML_DEEPEST 16

enum ctoml_kind {
  ctoml_text,
  /// `integer` is 0 or 1.
  ctoml_flag,
  ctoml_integer,
  /// A finite number that is written with a point or an exponent.
  ctoml_fraction,
  /// A date, a time, or a number that is none.
  ctoml_other,
  ctoml_list,
  ctoml_table,
};

/// A value; what a list or a table holds follows it, in the order of the text.
struct ctoml_entry {
  enum ctoml_kind kind;
  /// From 1; of a table with a header of its own that header's line.
  uint32_t line;
  /// From 1, in characters; where the value begins.
  uint32_t column;
  /// Where its key begins, from 1; 0 without one.
  uint32_t key_line, key_column;
  /// How many values a list or a table holds, those inside them not counted.
  size_t count;
  int64_t integer;
  double fraction;
  /// The key's bytes, one part; not ended by NUL. NULL in a list and of the whole text.
  const char *_Nullable key;
  size_t key_length;
  /// A text's bytes, not ended by NUL.
  const char *_Nullable text;
  size_t text_length;
};

/// A text that was read, or why it was not. Its pointers live as long as it does.
struct ctoml_document {
  /// The whole text as a table comes first; none if there is an error.
  const struct ctoml_entry *_Nullable entries;
  size_t count;
  /// Why the text is no TOML, ended by NUL; NULL if it is.
  const char *_Nullable error;
  /// From 1; the column in characters, 0 where only the line is known.
  uint32_t error_line, error_column;
};

/// Reads UTF-8 of at most 4 GiB; any bytes do, none ends the process.
///
/// Returns NULL without memory. Whoever calls owns what comes back.
struct ctoml_document *_Nullable ctoml_parse(const char *_Nonnull bytes, size_t length);

/// Frees a document; NULL is none.
void ctoml_free(struct ctoml_document *_Nullable document);

#ifdef __cplusplus
}
#endif

#endif
