#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The one place of the program that reads the clock for the pure rooms.
enum WallClock {
  /// Milliseconds since 1970.
  static var milliseconds: Int64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
  }

  /// Local time of day of a moment in milliseconds since 1970: `12:04:31.204`.
  static func timeOfDay(milliseconds: Int64) -> String {
    var seconds = time_t(milliseconds / 1000)
    var local = tm()
    localtime_r(&seconds, &local)
    func padded(_ number: Int, _ width: Int) -> String {
      let digits = String(number)
      return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
    let parts = [local.tm_hour, local.tm_min, local.tm_sec].map { padded(Int($0), 2) }
    return parts.joined(separator: ":") + "." + padded(Int(milliseconds % 1000), 3)
  }

  /// Seconds that local time is ahead of UTC now.
  static var utcOffsetSeconds: Int {
    var now = time(nil)
    var local = tm()
    localtime_r(&now, &local)
    return local.tm_gmtoff
  }
}
