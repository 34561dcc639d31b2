import CProcess
import Glibc
import Thing

/// Keeps private keys within this process.
enum KeyProtection {
  /// Switches core dumps off, hides the memory from other processes, and has it wiped after use.
  ///
  /// It comes before anything else. Each part is done as far as the system lets us; none of them
  /// failing is a reason not to run.
  static func begin() {
    var limit = rlimit()
    if getrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &limit) == 0 {
      // Only the soft limit: the person's editor may raise its own again.
      limit.rlim_cur = 0
      setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &limit)
    }
    _ = cprocess_hide()
    KeyMemory.protect()
  }
}
