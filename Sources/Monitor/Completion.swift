package import JSON

/// What a typed text can become: Tab first adds what all candidates share, then goes through them.
package struct Completion: Sendable {
  /// Candidates that are kept; the others are only counted.
  private static let most = 200

  /// What was typed.
  package let typed: String
  /// What it can become, in the order in which they are offered.
  package let candidates: [String]
  /// All that it can become, those not kept too.
  package let total: Int
  /// The longest beginning that all share; what was typed where they share no more.
  private let common: String
  /// The candidate in the line; nil while what was typed, or what all share, is there.
  package private(set) var shown: Int?
  private var hasCommon = false

  /// Chooses the texts that begin as typed or, where none does, those that do but for case.
  ///
  /// - Parameters:
  ///   - typed: the text of the line up to its end.
  ///   - texts: what could stand there, best first; doubles count once.
  package init(_ typed: String, among texts: some Sequence<String>) {
    self.typed = typed
    var seen: Set<ScalarKey> = []
    let texts = texts.filter { seen.insert(ScalarKey($0)).inserted }
    var found = texts.filter { $0.begins(with: typed) && !$0.hasSameScalars(as: typed) }
    if found.isEmpty, !texts.contains(where: { $0.hasSameScalars(as: typed) }) {
      let lowered = typed.unicodeScalars.map(\.lowered)
      found = texts.filter { $0.unicodeScalars.lazy.map(\.lowered).starts(with: lowered) }
    }
    total = found.count
    candidates = Array(found.prefix(Self.most))
    common = Self.commonStart(of: found, atLeast: typed)
  }

  /// Whether there is nothing to offer.
  package var isEmpty: Bool { candidates.isEmpty }

  /// The text for the line after Tab, or after Shift-Tab.
  ///
  /// First what all candidates share, if that is more than was typed; then one after the other,
  /// and behind the last what was typed again.
  package mutating func next(backwards: Bool = false) -> String {
    guard !candidates.isEmpty else { return typed }
    if !backwards, shown == nil, !hasCommon, candidates.count > 1,
      !common.hasSameScalars(as: typed)
    {
      hasCommon = true
      return common
    }
    hasCommon = true
    let last = candidates.count - 1
    if backwards {
      shown = shown.map { $0 == 0 ? nil : $0 - 1 } ?? last
    } else {
      shown = shown.map { $0 == last ? nil : $0 + 1 } ?? 0
    }
    return shown.map { candidates[$0] } ?? typed
  }

  private static func commonStart(of texts: [String], atLeast typed: String) -> String {
    guard let first = texts.first else { return typed }
    var common = Array(first.unicodeScalars)
    for text in texts.dropFirst() {
      common.removeLast(common.count - zip(common, text.unicodeScalars).prefix { $0 == $1 }.count)
    }
    // Candidates that begin so but for case may share less than was typed.
    guard common.count >= typed.unicodeScalars.count else { return typed }
    var text = ""
    text.unicodeScalars.append(contentsOf: common)
    return text
  }
}

extension Completion {
  /// Completes a path as ``TypedPath`` takes it: a name below a place, or a pointer part by part.
  ///
  /// - Parameters:
  ///   - typed: the text of the line.
  ///   - base: where a plain name belongs.
  ///   - paths: the paths that are known, in the order in which they are shown.
  package init(path typed: String, below base: JSONPath, among paths: [JSONPath]) {
    guard typed.utf8.first == UInt8(ascii: "/") else {
      let names = paths.lazy.filter { $0.steps.count > base.steps.count && base.isPrefix(of: $0) }
        .compactMap { path -> String? in
          guard case .key(let key) = path.steps[base.steps.count] else { return nil }
          // As a plain name it would be read as a pointer.
          if key.utf8.first == UInt8(ascii: "/") { return base.appending(key: key).pointer }
          return key.isEmpty ? "\"\"" : key
        }
      self.init(typed, among: names)
      return
    }
    let parts = typed.utf8.lazy.filter { $0 == UInt8(ascii: "/") }.count
    func pointers(of parts: Int) -> [String] {
      paths.lazy.filter { $0.steps.count >= parts }
        .map { JSONPath(Array($0.steps.prefix(parts))).pointer }
    }
    let here = Completion(typed, among: pointers(of: parts))
    // A whole name goes on with what is inside it.
    self =
      here.isEmpty
      ? Completion(typed, among: pointers(of: parts + 1).filter { $0.begins(with: typed + "/") })
      : here
  }
}

extension String {
  /// Whether the text begins with the code points of another.
  fileprivate func begins(with start: String) -> Bool { utf8.starts(with: start.utf8) }
}
