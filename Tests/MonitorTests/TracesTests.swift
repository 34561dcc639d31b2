import JSON
import Monitor
import Shadow
import Testing

@Suite("The past of the resources")
struct TracesTests {
  @Test("takes 8 MiB at most, forgets the oldest changes first and counts them")
  func bound() {
    #expect(Traces.standardLimit == 8 << 20)
    var traces = Traces()
    let path = JSONPath(keys: ["a"])
    var older = ResourceTree()
    for version in Int64(1)...120 {
      let text = "\(version)" + String(repeating: "x", count: 100_000)
      let document = ShadowDocument(reported: ["a": .string(text)], version: version)
      let tree = ResourceTree(document)
      traces.note(tree, after: older, at: version, version: version, by: .nobody)
      older = tree
      #expect(traces.bytes <= Traces.standardLimit)
      let count = traces.count(of: path)
      #expect(count.kept + count.forgotten == Int(version))
    }
    let count = traces.count(of: path)
    #expect(count.forgotten > 0)
    // Never much less than there is room for.
    #expect(count.kept * 100_000 > Traces.standardLimit / 2)
  }
}
