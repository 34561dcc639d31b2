/// A file of settings as values, whatever it is written in.
struct SettingsText {
  /// One key of a table.
  struct Entry {
    let key: String
    let value: Value
    /// Where its key begins.
    let place: Place
    /// Where its value begins; of a table with a header of its own that header.
    let valuePlace: Place

    /// The line on which its value stands, from 1.
    var line: Int { valuePlace.line }
  }

  /// A place in the text; both from 1, columns in characters.
  struct Place: Hashable {
    let line: Int
    let column: Int
  }

  indirect enum Value {
    case text(String)
    case flag(Bool)
    case integer(Int)
    /// A finite number that is written with a point or an exponent.
    case fraction(Double)
    case list([Value])
    /// In the order of the file.
    case table([Entry])
    /// A date, a time or a number that is none: nothing here is one.
    case other
  }

  let file: String
  let entries: [Entry]

  /// Reads a text.
  ///
  /// - Parameters:
  ///   - text: any text.
  ///   - file: how faults name it.
  /// - Throws: `SettingsFault`, `.malformed`.
  init(_ text: String, file: String) throws(SettingsFault) {
    self.file = file
    do throws(TOMLText.Fault) {
      entries = try TOMLText.entries(of: text)
    } catch {
      throw SettingsFault(file: file, line: error.line, kind: .malformed(error.reason))
    }
  }
}

extension SettingsText.Value {
  var text: String? { if case .text(let text) = self { text } else { nil } }
  var flag: Bool? { if case .flag(let flag) = self { flag } else { nil } }
  var integer: Int? { if case .integer(let integer) = self { integer } else { nil } }
  var table: [SettingsText.Entry]? {
    if case .table(let entries) = self { entries } else { nil }
  }
}
