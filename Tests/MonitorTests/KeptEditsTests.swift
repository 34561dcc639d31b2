import JSON
import Shadow
import Testing

@testable import Monitor

@Suite("A file of edits")
struct KeptEditsTests {
  /// Edits made up from a seed, with what trips writers and readers.
  struct Maker {
    var random: SeededGenerator

    private static let texts = [
      "", "a", "a/b", "m~n", "é", "e\u{301}", "日本", "💡", "\u{0}\u{1F}", "\"\\/", "\u{202E}x",
      "line\nbreak", "format", "a text beyond 15 bytes",
    ]
    private static let lexemes = ["0", "-0", "1", "1.0", "1e0", "1e400", "12345678901234567890"]

    mutating func text() -> String { Self.texts.randomElement(using: &random) ?? "" }

    mutating func value(depth: Int = 3) -> JSONValue {
      switch Int.random(in: 0..<(depth > 0 ? 7 : 5), using: &random) {
      case 0: return .null
      case 1: return .bool(.random(using: &random))
      case 2, 3:
        return .number(
          JSONNumber(lexeme: Self.lexemes.randomElement(using: &random) ?? "0") ?? JSONNumber(1))
      case 4: return .string(text())
      case 5: return .array((0..<3).map { _ in value(depth: depth - 1) })
      default:
        var object = JSONObject()
        // Keys may come twice.
        for _ in 0..<4 { object.append(key: text(), value: value(depth: depth - 1)) }
        return .object(object)
      }
    }

    mutating func edit() -> StagedEdit {
      let path = JSONPath(keys: (0..<Int.random(in: 1...4, using: &random)).map { _ in text() })
      let obstacle = StagedEdit.Obstacle(path: JSONPath(keys: [text()]), value: value())
      return StagedEdit(
        section: Bool.random(using: &random) ? .desired : .reported, path: path,
        base: Bool.random(using: &random) ? value() : nil,
        version: Int64.random(in: 0...Int64.max, using: &random),
        value: Bool.random(using: &random) ? value() : nil,
        obstacle: Bool.random(using: &random) ? obstacle : nil)
    }

    mutating func choice() -> PublishingChoice {
      var choice = PublishingChoice()
      choice.lock = [.off, .once, .on].randomElement(using: &random) ?? .off
      choice.isBackdate = .random(using: &random)
      choice.observedAt = Bool.random(using: &random) ? 1_714_557_871_123 : nil
      return choice
    }

    mutating func kept() -> KeptEdits {
      let sent = (0..<Int.random(in: 0...2, using: &random)).map { _ in
        let edits = [edit(), edit()]
        return Delivery(
          publication: Publication(topic: text(), payload: value().compactBytes), token: text(),
          draft: Draft(restoring: edits), choice: choice(), baseVersion: 7, sentAt: 1000,
          before: [
            .init(wasShown: true, written: 17),
            .init(wasShown: .random(using: &random), written: nil),
          ])
      }
      return KeptEdits(
        endpoint: "\(text()):8883",
        address: ShadowAddress(thing: text(), shadow: Bool.random(using: &random) ? text() : nil),
        changedAt: Int64.random(in: 0...Int64.max, using: &random),
        edits: (0..<Int.random(in: 0...4, using: &random)).map { _ in edit() }, choice: choice(),
        sent: sent)
    }
  }

  private func expectSame(_ edits: [StagedEdit], _ others: [StagedEdit], seed: UInt64) {
    #expect(edits.count == others.count, "seed \(seed)")
    for (edit, other) in zip(edits, others) {
      #expect(edit.section == other.section, "seed \(seed)")
      #expect(edit.path == other.path, "seed \(seed)")
      #expect(edit.base?.compact == other.base?.compact, "seed \(seed)")
      #expect((edit.base == nil) == (other.base == nil), "seed \(seed)")
      #expect(edit.value?.compact == other.value?.compact, "seed \(seed)")
      #expect((edit.value == nil) == (other.value == nil), "seed \(seed)")
      #expect(edit.version == other.version, "seed \(seed)")
      #expect(edit.obstacle?.path == other.obstacle?.path, "seed \(seed)")
      #expect(edit.obstacle?.value.compact == other.obstacle?.value.compact, "seed \(seed)")
    }
  }

  @Test("gives back exactly what it was made of", arguments: 0..<300 as Range<UInt64>)
  func roundTrip(_ seed: UInt64) throws {
    var maker = Maker(random: SeededGenerator(seed: seed))
    let kept = maker.kept()
    let read = try KeptEdits(kept.bytes)
    #expect(read.endpoint.hasSameScalars(as: kept.endpoint), "seed \(seed)")
    #expect(read.address == kept.address, "seed \(seed)")
    #expect(read.changedAt == kept.changedAt, "seed \(seed)")
    #expect(read.choice == kept.choice, "seed \(seed)")
    expectSame(read.edits, kept.edits, seed: seed)
    #expect(read.sent.count == kept.sent.count, "seed \(seed)")
    for (delivery, other) in zip(read.sent, kept.sent) {
      #expect(delivery.publication == other.publication, "seed \(seed)")
      #expect(delivery.token.hasSameScalars(as: other.token), "seed \(seed)")
      #expect(delivery.before == other.before, "seed \(seed)")
      #expect(delivery.choice == other.choice, "seed \(seed)")
      #expect(delivery.baseVersion == other.baseVersion, "seed \(seed)")
      #expect(delivery.sentAt == other.sentAt, "seed \(seed)")
      expectSame(delivery.edits, other.edits, seed: seed)
    }
    #expect(read.bytes == kept.bytes, "seed \(seed)")
  }

  @Test("that was cut off anywhere is known as damaged", arguments: 0..<20 as Range<UInt64>)
  func torn(_ seed: UInt64) throws {
    var maker = Maker(random: SeededGenerator(seed: seed))
    let bytes = maker.kept().bytes
    for length in bytes.indices {
      do throws(KeptFault) {
        _ = try KeptEdits(Array(bytes[..<length]))
        Issue.record("seed \(seed): \(length) of \(bytes.count) bytes were taken for the whole")
      } catch {
        guard case .damaged = error else {
          Issue.record("seed \(seed): \(error) at \(length)")
          continue
        }
      }
    }
  }

  @Test("with any byte changed is known as damaged", arguments: 0..<4 as Range<UInt64>)
  func damaged(_ seed: UInt64) throws {
    var maker = Maker(random: SeededGenerator(seed: seed))
    let bytes = maker.kept().bytes
    for place in bytes.indices {
      var changed = bytes
      changed[place] ^= UInt8(1 << Int.random(in: 0..<8, using: &maker.random))
      do throws(KeptFault) {
        _ = try KeptEdits(changed)
        Issue.record("seed \(seed): byte \(place) was changed, and nobody saw it")
      } catch {
        // The digit of the format is the one byte that can make a newer file of it.
        guard case .newer = error, place > 10 else { continue }
        Issue.record("seed \(seed): \(error) at \(place)")
      }
    }
  }

  @Test("of a newer program is told from a damaged one, whatever else is in it")
  func newer() {
    let file = Array("{\"format\":2,\"kind\":\"edits\",\"new\":[]}\nwhatever it has\n".utf8)
    #expect(throws: KeptFault.newer(format: 2)) { try KeptEdits(file) }
    #expect(throws: KeptFault.newer(format: 2)) { try KeptDocument(file) }
  }

  @Test(
    "that is whole but not what it should be is refused with the reason",
    arguments: [
      ("{}", "it does not say its format"), ("[]", "it does not say its format"),
      (#"{"format":1,"kind":"document"}"#, "it is not a file of edits"),
      (#"{"format":0,"kind":"edits"}"#, "it is not a file of edits"),
      (#"{"format":1,"kind":"edits"}"#, "'edits' is not a list"),
      (#"{"format":1,"kind":"edits","edits":[1],"sent":[]}"#, "not an object"),
      (
        #"{"format":1,"kind":"edits","edits":[{"section":"delta"}],"sent":[]}"#,
        "neither desired nor reported"
      ),
      (
        #"{"format":1,"kind":"edits","edits":[{"section":"desired","path":[]}],"sent":[]}"#,
        "a path leads nowhere"
      ),
      (
        #"{"format":1,"kind":"edits","edits":[{"section":"desired","path":[-1]}],"sent":[]}"#,
        "a step that is no key"
      ),
      (#"{"format":1,"kind":"edits","edits":[],"sent":[{"edits":[]}]}"#, "has no edits"),
    ])
  func wrong(_ json: String, _ reason: String) throws {
    let members = try JSONParser.parse(json).object ?? JSONObject()
    do throws(KeptFault) {
      _ = try KeptEdits(KeptFile.bytes(of: members))
      Issue.record("\(json) was taken")
    } catch {
      guard case .damaged(let words) = error else {
        Issue.record("\(error)")
        return
      }
      #expect(words.contains(reason))
    }
  }

  @Test("as long as a person's work takes no depth from what is staged")
  func deep() throws {
    let text = String(repeating: "[", count: 512) + String(repeating: "]", count: 512)
    let edit = StagedEdit(
      section: .reported, path: JSONPath(keys: ["a"]), base: nil, version: 1,
      value: try JSONParser.parse(text), obstacle: nil)
    let kept = KeptEdits(
      endpoint: "h:8883", address: Person.address, changedAt: 0, edits: [edit],
      choice: PublishingChoice(), sent: [])
    #expect(try KeptEdits(kept.bytes).edits.first?.value?.compact == text)
  }

  @Test("of a document gives it back with its metadata, and knows which is the later one")
  func document() throws {
    let document = try ShadowDocument(
      json: JSONParser.parse(
        #"{"state":{"desired":{"a":1.0},"reported":{"a":1,"a":2,"é":null}},"#
          + #""metadata":{"desired":{"a":{"timestamp":17}}},"version":7,"timestamp":18}"#))
    func kept(_ document: ShadowDocument, _ arrival: Int64) -> KeptDocument {
      KeptDocument(
        endpoint: "h:8883", address: Person.address, document: document, arrival: arrival)
    }
    let read = try KeptDocument(kept(document, 1000).bytes)
    #expect(read.document == document)
    #expect(read.document.json.compact == document.json.compact)
    #expect(read.arrival == 1000)
    var next = document
    next.version = 8
    #expect(kept(next, 1).supersedes(read), "a later version, though the clock was set back")
    #expect(!kept(document, 999).supersedes(read))
    next.version = 1
    #expect(kept(next, 1001).supersedes(read), "made anew")
    #expect(!kept(next, 999).supersedes(read))
  }
}
