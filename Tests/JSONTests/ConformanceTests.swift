import JSON
import Testing

@Suite("JSON, by the cases of the public suite")
struct ConformanceTests {
  @Test("takes every text that all parsers must take", arguments: AcceptedCases.all)
  func accepted(_ text: SuiteCase) throws {
    let value = try JSONParser.parse(text.bytes)
    #expect(try JSONParser.parse(value.compactBytes) == value)
  }

  @Test("refuses every text that all parsers must refuse", arguments: RefusedCases.all)
  func refused(_ text: SuiteCase) {
    #expect(throws: JSONSyntaxError.self) { try JSONParser.parse(text.bytes) }
  }

  @Test("takes numbers of any size and 500 levels", arguments: OpenCases.accepted)
  func openAccepted(_ text: SuiteCase) throws {
    #expect(try JSONParser.parse(text.bytes).compactBytes == text.bytes)
  }

  @Test(
    "refuses half surrogate pairs, byte-order marks and what is no UTF-8",
    arguments: OpenCases.refused)
  func openRefused(_ text: SuiteCase) {
    #expect(throws: JSONSyntaxError.self) { try JSONParser.parse(text.bytes) }
  }

  @Test("has each case once: 95 to take, 189 to refuse, 35 to decide")
  func complete() {
    let names = (AcceptedCases.all + RefusedCases.all + OpenCases.accepted + OpenCases.refused)
      .map(\.name)
    #expect(Set(names).count == names.count)
    #expect(
      AcceptedCases.all.count == 95 && AcceptedCases.all.allSatisfy { $0.name.hasPrefix("y_") })
    #expect(
      RefusedCases.all.count == 189 && RefusedCases.all.allSatisfy { $0.name.hasPrefix("n_") })
    #expect(OpenCases.accepted.count + OpenCases.refused.count == 35)
  }
}
