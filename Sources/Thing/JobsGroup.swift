import Shadow

/// The topics of a thing's jobs, which a session follows when somebody asks for them.
struct JobsGroup: Sendable {
  /// No shadow's group has it.
  static let id = UInt64.max

  /// One SUBSCRIBE's worth.
  let filters: [String]
  /// Told each time that the broker has answered: the filters that do not work.
  let tell: @Sendable ([String]) -> Void

  init(of thing: String, tell: @escaping @Sendable ([String]) -> Void) {
    let answers = ["get", "+/get", "+/update"].flatMap { ["\($0)/accepted", "\($0)/rejected"] }
    filters = ([JobTopic.notify, .notifyNext].map(\.suffix) + answers).map {
      JobTopic.prefix(of: thing) + $0
    }
    self.tell = tell
  }
}
