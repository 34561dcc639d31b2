#pragma once
#include <errno.h>
#include <sys/types.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#include <sys/syscall.h>
#endif

/// Opens a descriptor that becomes readable when the process ends; -1 where the system has none.
/// syscall() is variadic, which Swift does not import.
static inline int cprocess_watch(pid_t process) {
#if defined(__linux__) && defined(SYS_pidfd_open)
  return (int)syscall(SYS_pidfd_open, process, 0);
#else
  (void)process;
  errno = ENOSYS;
  return -1;
#endif
}

/// Keeps other processes of the same person from reading this one's memory, and from its core; what
/// it executes is not affected. prctl() is variadic, which Swift does not import.
static inline int cprocess_hide(void) {
#ifdef __linux__
  return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
#else
  errno = ENOSYS;
  return -1;
#endif
}
