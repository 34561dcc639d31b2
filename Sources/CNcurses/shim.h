#pragma once
#define NCURSES_WIDECHAR 1  // before <curses.h>, or the wide-character calls are not declared
#define NCURSES_NOMACROS 1  // keep the functions, drop the macros of the same names
#include <curses.h>
