import Monitor
import TestSupport
import Testing
@testable import shadowscope

@Suite("What is remembered from run to run")
struct RememberedStateTests {
  @Test("holds nothing of a broker that is gone with the run, but where the dividers stand")
  func demo() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("state.json")
    var real = RememberedState(path: path)
    real.noteUse(of: "lamp1", at: "example.com", now: 1000)
    var demo = RememberedState(path: path, notesUse: false)
    demo.noteUse(of: "greenhouse-07", at: "localhost:40123", now: 2000)
    demo.note(Dividers(side: 33, log: nil, below: nil))
    let next = RememberedState(path: path)
    #expect(next.endpoint == "example.com")
    #expect(next.lastUsed("lamp1", at: "example.com") == 1000)
    #expect(next.lastUsed("greenhouse-07", at: "localhost:40123") == nil)
    #expect(next.dividers.side == 33)
  }

  @Test("holds fifty endpoints, and forgets those unused for longest")
  func endpoints() throws {
    let folder = try TemporaryFolder()
    var state = RememberedState(path: folder.path("state.json"))
    for number in 0..<60 {
      state.noteUse(of: "lamp1", at: "localhost:\(number)", now: 1000 + Int64(number))
      state.noteUse(of: "lamp1", at: "in-use", now: 1000 + Int64(number))
    }
    let next = RememberedState(path: folder.path("state.json"))
    let held = (0..<60).filter { next.lastUsed("lamp1", at: "localhost:\($0)") != nil }
    #expect(held == Array(11..<60))
    #expect(next.lastUsed("lamp1", at: "in-use") == 1059)
  }
}
