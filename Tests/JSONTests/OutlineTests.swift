import JSON
import Shadow
import Testing

@Suite("An outline of JSON")
struct OutlineTests {
  /// The outline's member at two levels as text; nil if the text is not plain, or has no such member.
  private func value(_ text: String, _ key: StaticString, in parent: StaticString? = nil) -> String?
  {
    var outline = JSONOutline(levels: 2)
    return Array(text.utf8).withUnsafeBytes { bytes in
      guard outline.read(bytes) else { return nil }
      var around: JSONOutline.Member?
      if let parent {
        guard let member = outline.member(parent, in: bytes) else { return nil }
        around = member
      }
      return outline.member(key, of: around, in: bytes).map {
        String(decoding: bytes[$0.value], as: UTF8.self)
      }
    }
  }

  private func takes(_ bytes: [UInt8]) -> Bool {
    var outline = JSONOutline(levels: 2)
    return bytes.withUnsafeBytes { outline.read($0) }
  }

  @Test("finds members of the outermost object and of those in it, with their values as written")
  func members() {
    let text =
      #"{ "a" : 1.0 , "current":{"state":{"x":[{"a":2}]},"version" : 7 },"b":"\"}","c":{}}"#
    #expect(value(text, "a") == "1.0")
    #expect(value(text, "b") == #""\"}""#)
    #expect(value(text, "c") == "{}")
    #expect(value(text, "state", in: "current") == #"{"x":[{"a":2}]}"#)
    #expect(value(text, "version", in: "current") == "7")
    #expect(value(text, "version") == nil)
    #expect(value(text, "x", in: "current") == nil)
    #expect(value(text, "a", in: "current") == nil)
  }

  @Test("of duplicate keys the last counts")
  func duplicates() {
    #expect(value(#"{"a":1,"a":2,"b":{"a":3,"a":4}}"#, "a") == "2")
    #expect(value(#"{"a":1,"a":2,"b":{"a":3,"a":4}}"#, "a", in: "b") == "4")
  }

  @Test(
    "leaves to the parser what is not plain",
    arguments: [
      "{\"a\":\n1}", "{\"a\":\"é\"}", #"{"a":"\u0041"}"#, #"{"\/a":1}"#, "{\"a\":\"\u{7F}\"}",
      "{\"a\":\t1}", String(repeating: "[", count: 64) + String(repeating: "]", count: 64),
    ])
  func notPlain(_ text: String) throws {
    _ = try JSONParser.parse(text)
    #expect(!takes(Array(text.utf8)))
  }

  @Test("takes no text that the parser must refuse", arguments: RefusedCases.all)
  func refused(_ text: SuiteCase) {
    #expect(!takes(text.bytes))
  }

  @Test("takes plain texts of the public suite, and every document that is plain")
  func accepted() throws {
    func isPlain(_ text: [UInt8]) -> Bool {
      text.allSatisfy { $0 >= 0x20 && $0 < 0x7F } && !text.contains(UInt8(ascii: "\\"))
    }
    let suite = AcceptedCases.all.map(\.bytes).filter(isPlain)
    #expect(suite.count > 30)
    #expect(suite.allSatisfy(takes))
    var documents = RandomDocument(seed: 11)
    var count = 0
    for _ in 0..<400 {
      let bytes = documents.value().compactBytes
      guard isPlain(bytes) else { continue }
      count += 1
      #expect(takes(bytes), "\(String(decoding: bytes, as: UTF8.self))")
    }
    #expect(count > 50)
  }

  @Test("takes what was damaged only where the parser does too")
  func damaged() throws {
    var random = SeededGenerator(seed: 12)
    let text = Array(#"{"a":[1,-2.5e+3,true,null],"b":{"c":"x\n","d":{}},"e":false}"#.utf8)
    let letters = Array(#"{}[]",:\0-1e.tfn "#.utf8)
    for _ in 0..<20_000 {
      var damaged = text
      for _ in 0..<Int.random(in: 1...2, using: &random) {
        let place = Int.random(in: 0..<damaged.count, using: &random)
        if Bool.random(using: &random) {
          damaged[place] = letters.randomElement(using: &random) ?? 0
        } else {
          damaged.remove(at: place)
        }
      }
      if takes(damaged) {
        #expect(
          (try? JSONParser.parse(damaged)) != nil, "\(String(decoding: damaged, as: UTF8.self))")
      }
    }
  }

  @Test("reads integers however they are written", arguments: ["7", "7.0", "70e-1"])
  func integers(_ lexeme: String) {
    var outline = JSONOutline(levels: 1)
    let found = Array(#"{"v":\#(lexeme),"w":"7"}"#.utf8).withUnsafeBytes { bytes in
      _ = outline.read(bytes)
      return ["v", "w"].map { key in
        outline.integer(outline.member(key == "v" ? "v" : "w", in: bytes), in: bytes)
      }
    }
    #expect(found == [7, nil])
  }
}

@Suite("Base64")
struct Base64TextTests {
  @Test(
    "is that of RFC 4648",
    arguments: zip(
      ["", "f", "fo", "foo", "foob", "fooba", "foobar"],
      ["", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy"]))
  func vectors(_ text: String, _ letters: String) {
    #expect(Base64Text.encoded(Array(text.utf8)) == Array(letters.utf8))
    #expect(Base64Text.decoded(letters) == Array(text.utf8))
  }

  @Test("gives every byte back")
  func everyByte() {
    let bytes = (0...255).map(UInt8.init)
    #expect(Base64Text.decoded(String(decoding: Base64Text.encoded(bytes), as: UTF8.self)) == bytes)
  }

  @Test(
    "that nobody would have written is refused",
    arguments: ["Zg", "Zg=", "Zh==", "Zm9=", "Z===", "====", "Zm9v\n", "Zm9-", "Zg==Zg=="])
  func damaged(_ letters: String) { #expect(Base64Text.decoded(letters) == nil) }
}
