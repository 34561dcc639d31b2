/// A file of settings as values, whatever it is written in.
struct SettingsText {
  /// One key of a table.
  struct Entry {
    let key: String
    /// The line on which it stands, from 1.
    let line: Int
    let value: Value
  }

  indirect enum Value {
    case text(String)
    case flag(Bool)
    case integer(Int)
    case list([Value])
    /// In the order of the file.
    case table([Entry])
    /// A time or a fraction: no setting is one.
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
