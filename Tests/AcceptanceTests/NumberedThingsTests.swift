import Testing
@testable import shadowscope

@Suite("Choosing from the things of a batch")
struct NumberedThingsTests {
  private let few = NumberedThings(["00000001", "00000002", "dev-00000010"])

  @Test(
    "takes a whole name before a number, a number of the list, and a part that only one name has",
    arguments: [
      ("00000002", "00000002"), ("1", "00000001"), ("3", "dev-00000010"), ("DEV", "dev-00000010"),
      ("00000001__fan", "00000001__fan"),
    ])
  func chosen(_ text: String, _ name: String) {
    var list = few
    #expect(list.take(text) == .thing(name))
  }

  @Test("narrows the list down to names with a part, whose numbers count from there")
  func narrowed() {
    var list = NumberedThings((1...300).map { "pump-\($0)" })
    #expect(list.lines.count == 13)
    #expect(list.lines.last == "  … and 288 more: a part of the name finds them")
    #expect(list.take("P-29") == .narrowed)
    #expect(list.lines.first == "   1  pump-29")
    #expect(list.take("2") == .thing("pump-290"))
  }

  @Test("says that no name holds it, and keeps the list", arguments: ["lamp", "4", "0"])
  func none(_ text: String) {
    var list = NumberedThings(["a1", "b1"])
    #expect(list.take(text) == .none)
    #expect(list.listed == ["a1", "b1"])
  }
}
