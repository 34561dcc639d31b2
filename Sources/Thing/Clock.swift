import Glibc

/// The two clocks; whatever can be tested is told the time instead.
package enum Clock {
  /// Milliseconds of a clock that never jumps and that goes on while the machine sleeps.
  package static var monotonicMilliseconds: Int64 { milliseconds(CLOCK_BOOTTIME) }

  /// Milliseconds since 1970.
  package static var wallMilliseconds: Int64 { milliseconds(CLOCK_REALTIME) }

  private static func milliseconds(_ clock: clockid_t) -> Int64 {
    var time = timespec()
    clock_gettime(clock, &time)
    return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
  }
}
