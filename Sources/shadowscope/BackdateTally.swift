/// What became of the messages of a file of observations.
struct BackdateTally {
  /// Messages of this run that the broker has.
  var acknowledged = 0
  /// Messages of this run, from 0, that it may have.
  var unknown: [Int] = []
  /// Messages that an earlier run had begun, and this one leaves out.
  var skipped = 0
  /// Messages that are left to be sent.
  var unsent = 0
  /// Why messages of this run are in doubt; empty if none is.
  var reason = ""
}
