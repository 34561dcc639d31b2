import Canvas
import Monitor
import Shadow
import Testing

@Suite("Plots")
struct PlotTests {
  static let now: Int64 = 1_700_000_000_000

  /// Samples some time apart, the last of them now.
  static func samples(_ values: [Double?], every step: Int64 = 1000) -> [PlotSample] {
    values.enumerated().map { index, value in
      PlotSample(time: now - Int64(values.count - 1 - index) * step, value: value)
    }
  }

  static func lines(
    _ samples: [PlotSample], seconds: Int64, _ shape: Plot.Shape = .step, rows: Int = 6,
    columns: Int = 40
  ) -> [[Span]] {
    Plot(samples, over: now - seconds * 1000...now, now: now, shape: shape)
      .lines(in: Size(rows: rows, columns: columns))
  }

  /// The lines without the spaces at their ends.
  static func text(_ lines: [[Span]]) -> String {
    lines.map { line in
      var text = line.map(\.text).joined()
      while text.hasSuffix(" ") { text.removeLast() }
      return text
    }.joined(separator: "\n")
  }

  @Test("draws steps with a gap, values on the left and times below")
  func steps() {
    let lines = Self.lines(
      Self.samples([21, 21.5, 22, 21.8, 23, nil, nil, 22, 21]), seconds: 10)
    #expect(
      Self.text(lines) == """
        23 ┤                     ⢸⠉⠉⠉⠁
        22 ┤              ⣀⣀⣀⣀⡀  ⢸          ⣀⣀⣀⣀
           │          ⢀⣀⣀⣀⡇   ⠓⠒⠒⠚             ⢸
        21 ┤       ⣀⣀⣀⣸                        ⢸
           └┬─────────────────┬────────────────┬
            −10 s           −5 s             now
        """)
    #expect(lines[0].map(\.role) == [.plotAxis, .plotLine])
    #expect(lines[5].map(\.role) == [.plotAxis])
  }

  @Test("draws straight lines where it is asked to, and none over a gap")
  func straight() {
    #expect(
      Self.text(Self.lines(Self.samples([0, 4, nil, 4, 0]), seconds: 5, .line, columns: 22)) == """
        4 ┤      ⢀⠎       ⢣
        2 ┤     ⢀⠎         ⢣
          │    ⢀⠎           ⢣
        0 ┤   ⢀⠎             ⢣
          └┬─────────────────┬
           −5 s            now
        """)
  }

  @Test("shows a single value, and a flat line, in the middle and by its own number")
  func flat() {
    #expect(
      Self.text(Self.lines(Self.samples([21.5]), seconds: 300, rows: 5, columns: 30)) == """
             │
        21.5 ┤                       ⠐
             │
             └┬──────────────────────┬
              −5 min               now
        """)
    let flat = Self.text(Self.lines(Self.samples([7, 7, 7]), seconds: 2, rows: 5, columns: 20))
    #expect(flat.contains("7 ┤" + String(repeating: "⠒", count: 17)))
  }

  @Test("goes on with the value that held before the span began")
  func heldBefore() {
    let old = [PlotSample(time: Self.now - 60_000, value: 5)]
    #expect(Self.text(Self.lines(old, seconds: 10)).contains("5 ┤⣀⣀⣀"))
    #expect(
      Self.text(Self.lines(old, seconds: 10, .line)).hasPrefix("no numbers in this time"))
  }

  static let labelled: [([Double], String)] = [
    ([0, 1], "1 0.5 0"), ([21.43, 21.58], "21.6 21.5 21.4"), ([1000, 1390], "1.4k 1.2k 1k"),
    ([1013, 1015], "1015 1014 1013"), ([1_234_567, 1_434_567], "1.5M 1.4M 1.3M 1.2M"),
    ([-0.5, 0.5], "0.5 0 −0.5"), ([0.00001, 0.000014], "1.4e-5 1.2e-5 1e-5"),
    ([-1e308, 1e308], "1e308 −1e308"), ([-40, 85], "100 50 0 −50"),
    ([3e20, 4e20], "4e20 3.5e20 3e20"), ([57.652], "57.652"), ([0], "0"),
    ([-123_456], "−123456"), ([1e6], "1M"),
  ]

  @Test("labels round numbers shortly", arguments: labelled)
  func labels(_ values: [Double], _ expected: String) {
    let lines = Self.lines(Self.samples(values), seconds: 10, rows: 12)
    var labels: [String] = []
    for line in lines where line[0].text.hasSuffix(" ┤") {
      labels.append(String(line[0].text.dropLast(2).drop { $0 == " " }))
    }
    #expect(labels.joined(separator: " ") == expected)
  }

  @Test(
    "labels round times before now",
    arguments: [
      (1, "−1 s −800 ms −600 ms −400 ms −200 ms now"),
      (300, "−5 min −4 min −3 min −2 min −1 min now"),
      (7200, "−2 h −1 h 30 min −1 h −30 min now"), (259_200, "−3 d −2 d −1 d now"),
      (31_536_000, "−360 d −270 d −180 d −90 d now"),
    ] as [(Int64, String)])
  func times(_ seconds: Int64, _ expected: String) {
    let lines = Self.lines(Self.samples([1, 2]), seconds: seconds, rows: 5, columns: 80)
    let words = (lines.last?[0].text ?? "").split(separator: " ").joined(separator: " ")
    #expect(words == expected)
  }

  @Test("leaves out the axes where there is no room")
  func small() {
    #expect(
      Self.text(Self.lines(Self.samples([1, 2]), seconds: 3, rows: 2, columns: 6))
        == "     ⢸\n   ⢀⣀⣸")
    #expect(Self.lines(Self.samples([1]), seconds: 3, rows: 0, columns: 6).isEmpty)
  }

  @Test("fits any room with any numbers", arguments: 0..<50 as Range)
  func random(_ seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let values = (0..<40).map { _ -> Double? in
      let exponent = Int.random(in: -320...308, using: &generator)
      let value = (Double("1e\(exponent)") ?? 0) * Double.random(in: -1...1, using: &generator)
      let choices: [Double?] = [value, value, .infinity, nil, .nan, 0]
      return choices[Int.random(in: 0..<choices.count, using: &generator)]
    }
    let size = Size(
      rows: Int.random(in: 0...20, using: &generator),
      columns: Int.random(in: 0...90, using: &generator))
    for shape in [Plot.Shape.line, .step] {
      let lines = Self.lines(
        Self.samples(values, every: Int64.random(in: 0...100_000, using: &generator)),
        seconds: Int64.random(in: 0...1000, using: &generator), shape, rows: size.rows,
        columns: size.columns)
      #expect(lines.count <= size.rows)
      #expect(lines.allSatisfy { TextWidth.columns($0) <= size.columns })
    }
  }
}
