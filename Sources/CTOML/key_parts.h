#ifndef KEY_PARTS_H
#define KEY_PARTS_H

#include <cstdint>
#include <string_view>

/// The line, from 1, of the first key that has more parts than `most`; 0 if there is none.
///
/// Looks no further than a text between quotes that does not end on its line: that is no TOML.
std::uint32_t line_of_long_key(std::string_view text, int most) noexcept;

#endif
