import JSON
import Recordings
import Settings
import Shadow
import Simulation
import Thing

/// What a recording says of one shadow, for a simulated device to report again.
struct RecordedShadow {
  private let path: String
  private let rule: RulesText.RecordingRule

  /// - Parameters:
  ///   - path: of the recording.
  ///   - rule: which shadow, and how it is played.
  init(_ path: String, _ rule: RulesText.RecordingRule) {
    self.path = path
    self.rule = rule
  }

  /// The reported sections, as they followed each other; up to the damage, where there is some,
  /// which is told.
  ///
  /// - Parameters:
  ///   - reference: where the recording is named.
  ///   - text: the rules that name it.
  /// - Returns: the first of them whole, then what each changed.
  /// - Throws: `RulesFault`.
  func series(
    _ reference: RulesText.Reference, of text: RulesText
  ) throws(RulesFault) -> Series {
    let reader: RecordingReader
    do throws(RecordingReader.Fault) { reader = try RecordingReader(path) } catch {
      switch error {
      case .file(let fault):
        throw text.fault(
          at: reference, "“\(path)” cannot be read: \(fault.reason)", remedy: "name another file")
      case .refused(let refusal):
        throw text.fault(at: reference, "“\(path)”: \(refusal.words)", remedy: refusal.remedy)
      }
    }
    if let damage = reader.damage {
      StandardStreams.tell(
        "warning: \(path):\(damage.line): \(damage.reason); it is played up to there.")
    }
    let address = try address(in: reader, reference, of: text)
    let documents = (0..<reader.index.count).lazy.compactMap { number -> Series.Document? in
      guard let line = reader.line(number), case .message(let recorded) = line.content,
        recorded.direction == .incoming,
        let message = ShadowMessage(topic: recorded.topic, payload: recorded.payload),
        message.address == address, let reported = message.reported
      else { return nil }
      return Series.Document(time: line.time, reported: reported)
    }
    let series = Series(documents: documents, name: reference.file, ending: rule.ending)
    guard let series else {
      throw text.fault(
        at: reference, "“\(path)” has nothing that \(words(address)) reported",
        remedy: "a whole document of it must have come, by get or update/documents")
    }
    return series
  }

  private func address(
    in reader: RecordingReader, _ reference: RulesText.Reference, of text: RulesText
  ) throws(RulesFault) -> ShadowAddress {
    let addresses = reader.index.addresses
    let thing = rule.thing ?? reader.header.thing
    let wanted = ShadowAddress(thing: thing, shadow: rule.shadow)
    guard !addresses.contains(wanted), !addresses.isEmpty else { return wanted }
    throw text.fault(
      at: reference, "“\(path)” has nothing of \(words(wanted))",
      remedy: "there is \(addresses.map(words).joined(separator: ", "))")
  }

  private func words(_ address: ShadowAddress) -> String {
    address.thing + (address.shadow.map { ", shadow \($0)" } ?? "")
  }
}

extension ShadowMessage {
  /// All that is reported by now, where it says so.
  fileprivate var reported: JSONObject? {
    switch content {
    case .documents(_, let document), .document(let document): document.reported ?? JSONObject()
    case .deleteAccepted: JSONObject()
    case .request, .updateAccepted, .delta, .rejected, .unreadable: nil
    }
  }
}
