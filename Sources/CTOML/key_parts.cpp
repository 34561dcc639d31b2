// toml++ bounds how deep values stand in one another, but not how many parts a key has: each part is
// a table in a table, and such tables are freed by recursion. So the parts are counted beforehand.

#include "key_parts.h"

#include <algorithm>

namespace {

/// A place in a text, and the line it is on.
struct Place {
  std::string_view rest;
  std::uint32_t line = 1;

  void skip(std::size_t count) noexcept {
    count = std::min(count, rest.size());
    line += static_cast<std::uint32_t>(std::count(rest.begin(), rest.begin() + count, '\n'));
    rest.remove_prefix(count);
  }

  /// How often a character stands here in a row.
  std::size_t run(char character) const noexcept {
    return std::min(rest.find_first_not_of(character), rest.size());
  }

  /// Passes a text between quotes, the first of which stands here.
  ///
  /// Returns false if a text of one line does not end on it.
  bool skip_quoted() noexcept {
    const char quote = rest.front();
    const bool is_long = run(quote) >= 3;
    skip(is_long ? 3 : 1);
    while (!rest.empty()) {
      if (quote == '"' && rest.front() == '\\') {
        skip(2);
      } else if (rest.front() == quote) {
        // Up to two quotes before the closing three belong to the text.
        const auto quotes = is_long ? std::min<std::size_t>(run(quote), 5) : 1;
        skip(quotes);
        if (!is_long || quotes >= 3) return true;
      } else if (rest.front() == '\n' && !is_long) {
        return false;
      } else {
        skip(1);
      }
    }
    return false;
  }
};

}  // namespace

std::uint32_t line_of_long_key(std::string_view text, int most) noexcept {
  Place place{text};
  int parts = 1;
  while (!place.rest.empty()) {
    switch (place.rest.front()) {
      case '"':
      case '\'':
        if (!place.skip_quoted()) return 0;
        continue;
      case '#':
        place.skip(place.rest.find('\n'));
        continue;
      case '.':
        if (++parts > most) return place.line;
        break;
      case '=':
      case ',':
      case '[':
      case ']':
      case '{':
      case '}':
      case '\n':
        parts = 1;
        break;
      default:
        break;
    }
    place.skip(1);
  }
  return 0;
}
