package import JSON

extension JSONPath {
  /// The path as people read it, and never ambiguous.
  ///
  /// Names joined by dots where no name holds anything but letters, digits, `_` and `-`, the empty
  /// name being `""`; else the JSON Pointer, which starts with `/`.
  package var display: String {
    var names: [String] = []
    for step in steps {
      guard case .key(let key) = step, key.isEmpty || key.isPlainName else { return pointer }
      names.append(key.nameText)
    }
    return names.joined(separator: ".")
  }

  /// The keys; arrays are values of a shadow, so no path into one is ever made here.
  var keys: [String] {
    steps.map { step in
      switch step {
      case .key(let key): key
      case .index(let index): "\(index)"
      }
    }
  }
}

extension String {
  fileprivate var isPlainName: Bool {
    !isEmpty
      && unicodeScalars.allSatisfy {
        switch $0.value {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x5F: true
        case ..<0x80: false
        default: $0.properties.isAlphabetic || $0.properties.numericType != nil
        }
      }
  }

  /// A key as a row shows it: quoted as JSON where the bare text would mislead.
  var nameText: String {
    let scalars = unicodeScalars
    let misleads =
      scalars.first.map { $0.properties.isWhitespace || $0 == "\"" } ?? true
      || scalars.last.map { $0.properties.isWhitespace } ?? true
      || scalars.contains { $0.value < 0x20 || $0.value == 0x7F }
    return misleads ? JSONValue.string(self).compact : self
  }
}
