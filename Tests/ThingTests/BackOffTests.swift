import Shadow
import Testing
import Thing

@Suite("Back-off")
struct BackOffTests {
  @Test("doubles its bound from one second to one minute")
  func bounds() {
    var backOff = BackOff()
    var bounds: [Int64] = []
    for _ in 0..<9 {
      bounds.append(backOff.bound)
      _ = backOff.failed(random: 0.5)
    }
    #expect(bounds == [1000, 2000, 4000, 8000, 16000, 32000, 60000, 60000, 60000])
  }

  @Test("spreads waits evenly over the whole bound")
  func jitter() {
    let seed: UInt64 = 20_250_101
    var generator = SeededGenerator(seed: seed)
    var sums = [Double](repeating: 0, count: 10)
    let sequences = 10_000
    for _ in 0..<sequences {
      var backOff = BackOff()
      for failure in sums.indices {
        let bound = backOff.bound
        let wait = backOff.failed(random: Double.random(in: 0..<1, using: &generator))
        #expect((0..<bound).contains(wait), "seed \(seed)")
        sums[failure] += Double(wait) / Double(bound)
      }
    }
    for sum in sums {
      #expect(abs(sum / Double(sequences) - 0.5) < 0.025, "seed \(seed)")
    }
  }

  @Test("starts anew after a connection of half a minute, not after a shorter one")
  func reset() {
    var backOff = BackOff()
    _ = backOff.failed(random: 0)
    backOff.connected(for: 29_999)
    #expect(backOff.failures == 1)
    backOff.connected(for: 30_000)
    #expect(backOff.failures == 0)
  }

  @Test("waits half a minute to a minute for what rarely changes")
  func slowly() {
    var backOff = BackOff()
    #expect(backOff.failedSlowly(random: 0) == 30_000)
    #expect(backOff.failedSlowly(random: 0.999) < 60_000)
  }
}
