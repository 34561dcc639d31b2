import Dispatch
@testable import Sandbox
import Synchronization
import TestSupport
import Testing

@Suite("A queue that hands on what has come meanwhile")
struct BatchQueueTests {
  @Test("takes at one go, in order, what came while it was busy")
  func together() {
    let queue = BatchQueue<Int>(name: "test", limit: 100)
    let batches = Mutex<[[Int]]>([])
    let (began, goOn) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
    queue.append(0) { batch in
      batches.withLock { $0.append(batch) }
      began.signal()
      goOn.wait()
    }
    began.wait()
    for number in 1...5 { queue.append(number) { batch in batches.withLock { $0.append(batch) } } }
    goOn.signal()
    queue.finish()
    #expect(batches.withLock { $0 } == [[0], [1, 2, 3, 4, 5]])
  }

  @Test("holds up whoever brings more than it can take")
  func full() {
    let queue = BatchQueue<Int>(name: "test", limit: 10)
    let longest = Mutex(0)
    for number in 0..<1000 {
      queue.append(number) { batch in longest.withLock { $0 = max($0, batch.count) } }
    }
    queue.finish()
    #expect((1...10).contains(longest.withLock { $0 }))
  }

  @Test("does not wait for itself")
  func itself() {
    let queue = BatchQueue<Int>(name: "test", limit: 1)
    let seen = Mutex<[Int]>([])
    queue.append(1) { batch in
      seen.withLock { $0 += batch }
      queue.append(2) { batch in seen.withLock { $0 += batch } }
      queue.finish()
    }
    queue.finish()
    queue.finish()
    #expect(seen.withLock { $0 } == [1, 2])
  }
}
