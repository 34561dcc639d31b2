import JSON
import Shadow
import Testing
import Thing

@Suite("A pipeline of requests")
struct RequestPipelineTests {
  private typealias Pipeline = RequestPipeline<String>

  private func token(_ line: Int) throws -> ClientToken { try #require(ClientToken("t\(line)")) }

  private let accepted = RequestOutcome.accepted(version: 1, body: [:], milliseconds: 1)
  private let rejected = RequestOutcome.rejected(
    ShadowError(code: 409, message: "Version conflict"), milliseconds: 1)

  /// Results in a word each.
  private func words(_ results: [Pipeline.Result]) -> [String] {
    results.map { result in
      switch result.ending {
      case .faulty(let fault): "\(result.line) \(fault)"
      case .settled(.accepted, _): "\(result.line) accepted"
      case .settled(.rejected, _): "\(result.line) rejected"
      case .settled(.unknown(let reason), _): "\(result.line) unknown: \(reason)"
      case .settled(.notSent, _): "\(result.line) unsent"
      }
    }
  }

  @Test("hands results out in the order of the lines, and holds no more than its limit")
  func order() throws {
    var pipeline = Pipeline(limit: 3)
    for line in 1...3 {
      #expect(pipeline.hasTurn(now: 0))
      pipeline.sent(line: line, token: try token(line), now: 0)
    }
    #expect(!pipeline.hasTurn(now: 0))
    pipeline.settled(try token(2), accepted)
    pipeline.settled(try token(3), accepted)
    #expect(words(pipeline.takeResults()) == [])
    #expect(!pipeline.hasTurn(now: 0), "what waits for its turn to be told counts too")
    pipeline.settled(try token(1), accepted)
    #expect(words(pipeline.takeResults()) == ["1 accepted", "2 accepted", "3 accepted"])
    #expect(pipeline.hasTurn(now: 0))
    #expect(!pipeline.isOver)
    pipeline.close()
    #expect(pipeline.isOver)
  }

  @Test("sends nothing more after a failure, and waits for what is in flight")
  func stops() throws {
    var pipeline = Pipeline(limit: 8)
    for line in 1...3 { pipeline.sent(line: line, token: try token(line), now: 0) }
    pipeline.settled(try token(2), rejected)
    #expect(!pipeline.hasTurn(now: 0))
    #expect(!pipeline.isOver)
    #expect(pipeline.inFlight == [1, 3])
    pipeline.settled(try token(1), accepted)
    pipeline.settled(try token(3), accepted)
    #expect(words(pipeline.takeResults()) == ["1 accepted", "2 rejected", "3 accepted"])
    #expect(pipeline.isOver)
  }

  @Test("goes on after failures where that is wished")
  func goesOn() throws {
    var pipeline = Pipeline(limit: 2, keepsGoing: true)
    pipeline.sent(line: 1, token: try token(1), now: 0)
    pipeline.settled(try token(1), rejected)
    pipeline.refused(line: 2, "malformed")
    #expect(words(pipeline.takeResults()) == ["1 rejected", "2 malformed"])
    #expect(pipeline.hasTurn(now: 0))
  }

  @Test("tells a line that holds no document in its place")
  func faulty() throws {
    var pipeline = Pipeline(limit: 8)
    pipeline.sent(line: 1, token: try token(1), now: 0)
    pipeline.refused(line: 2, "malformed")
    #expect(words(pipeline.takeResults()) == [])
    pipeline.settled(try token(1), accepted)
    #expect(words(pipeline.takeResults()) == ["1 accepted", "2 malformed"])
    #expect(pipeline.isOver)
  }

  @Test("sends no more within a second than its rate, counted with a margin")
  func rate() throws {
    var pipeline = Pipeline(limit: 8, rate: 2)
    for line in 1...2 {
      #expect(pipeline.hasTurn(now: 100))
      pipeline.sent(line: line, token: try token(line), now: 100)
    }
    #expect(!pipeline.hasTurn(now: 1000))
    #expect(pipeline.nextTurn(now: 1000) == 1200)
    #expect(pipeline.hasTurn(now: 1200))
    #expect(pipeline.nextTurn(now: 1200) == nil)
    pipeline.sent(line: 3, token: try token(3), now: 1200)
    #expect(pipeline.hasTurn(now: 1200), "the second one is as long ago")
  }

  @Test("that is given up leaves what is in flight unknown")
  func giveUp() throws {
    var pipeline = Pipeline(limit: 8, keepsGoing: true)
    for line in 1...2 { pipeline.sent(line: line, token: try token(line), now: 0) }
    pipeline.settled(try token(2), accepted)
    pipeline.giveUp(reason: "gone")
    #expect(words(pipeline.takeResults()) == ["1 unknown: gone", "2 accepted"])
    #expect(pipeline.isOver)
  }

  @Test("knows the tokens in flight, and settles each once")
  func tokens() throws {
    var pipeline = Pipeline(limit: 8)
    pipeline.sent(line: 1, token: try token(1), now: 0)
    #expect(pipeline.isInFlight(try token(1)))
    #expect(!pipeline.isInFlight(try token(2)))
    pipeline.settled(try token(2), rejected)
    pipeline.settled(try token(1), accepted)
    pipeline.settled(try token(1), rejected)
    #expect(!pipeline.isInFlight(try token(1)))
    #expect(words(pipeline.takeResults()) == ["1 accepted"])
  }
}
