#pragma once
#define NCURSES_WIDECHAR 1  // before <curses.h>, or the wide-character calls are not declared
#define NCURSES_NOMACROS 1  // keep the functions, drop the macros of the same names
#include <curses.h>
#include <wchar.h>

/// A_BOLD and its kin are shift expressions, which Swift does not import.
static const attr_t cnc_attribute_bold = A_BOLD;
static const attr_t cnc_attribute_dim = A_DIM;
static const attr_t cnc_attribute_underline = A_UNDERLINE;
static const attr_t cnc_attribute_reverse = A_REVERSE;

/// curses keeps its state in mutable globals, which Swift 6 refuses to read.
static inline WINDOW *_Nullable cnc_standard_screen(void) { return stdscr; }
static inline WINDOW *_Nullable cnc_current_screen(void) { return curscr; }
static inline int cnc_colours(void) { return COLORS; }

/// wcwidth is an X/Open name, which the Glibc module leaves out.
extern int wcwidth(wchar_t character);
static inline int cnc_wcwidth(wchar_t character) { return wcwidth(character); }

/// Reads the terminal's description without taking the terminal; declared in term.h, whose macros
/// would be everywhere.
extern int setupterm(const char *_Nullable type, int output, int *_Nullable error);

/// curses answers an absent capability with NULL and one that is no string with (char *)-1.
static inline const char *_Nullable cnc_tigetstr(const char *_Nonnull name) {
  const char *text = tigetstr(name);
  return text == (const char *)-1 ? NULL : text;
}

/// A capability with its parameter filled in, in a buffer that the next call uses again; tiparm is
/// variadic, which Swift does not import.
static inline const char *_Nullable cnc_expand(const char *_Nonnull text, int parameter) {
  return tiparm(text, parameter);
}
