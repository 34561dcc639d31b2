import Canvas
import Monitor
import Shadow
import Testing

@Suite("Recording by a key")
struct RecordingKeyTests {
  private func begun(_ size: Size) throws -> Person {
    var person = try GoldenTests.atWork(size)
    #expect(person.type("w") == [.startRecording])
    person.send(.recording(.going(OngoingRecording(path: "lamp-2024-05-01.ndjson"))))
    return person
  }

  @Test(
    "shows that everything is recorded, and how large the file is",
    arguments: [Size(rows: 24, columns: 80), Size(rows: 12, columns: 40)])
  func shown(_ size: Size) throws {
    var person = try begun(size)
    let grown = OngoingRecording(path: "lamp-2024-05-01.ndjson", messages: 12, bytes: 12_600)
    person.send(.recording(.going(grown)))
    try expectGolden(person.frame(), "recording-\(size.columns)x\(size.rows)")
  }

  @Test("asks for the document, so that the recording begins with it")
  func asks() throws {
    var person = try begun(Size(rows: 24, columns: 80))
    let gets = person.effects.filter { effect in
      if case .get = effect { return true }
      return false
    }
    #expect(gets.count == 1)
    #expect(person.sees("Recording to lamp-2024-05-01.ndjson: w ends it"))
    // Only once: growing is no beginning.
    person.send(.recording(.going(OngoingRecording(path: "lamp", messages: 1, bytes: 99))))
    #expect(person.effects.count == gets.count + 1)
  }

  @Test("asks for nothing without a connection")
  func offline() {
    var person = Person()
    person.type("w")
    #expect(
      person.send(.recording(.going(OngoingRecording(path: "lamp.ndjson")))).isEmpty)
    #expect(person.screen()[0].contains("● rec"))
  }

  @Test("ends with the same key, and says what was recorded and where")
  func ended() throws {
    var person = try begun(Size(rows: 24, columns: 80))
    #expect(person.type("w") == [.endRecording])
    let whole = OngoingRecording(path: "lamp.ndjson", messages: 42, bytes: 2048)
    person.send(.recording(.ended(whole)))
    #expect(person.sees("Recorded 42 messages, 2.0 KB, to lamp.ndjson"))
    #expect(!person.screen()[0].contains("rec"))
  }

  @Test("tells a disk that is full, and nothing else is lost")
  func full() throws {
    var person = try begun(Size(rows: 24, columns: 80))
    let staged = person.model.draft.edits.count
    let words = "The recording ends here, and is whole up to here: lamp.ndjson: disk full."
    person.send(.recording(.failed(words)))
    #expect(person.sees("The recording ends here, and is whole up to here"))
    #expect(person.model.recording == nil && person.model.draft.edits.count == staged)
    #expect(person.type("w") == [.startRecording])
  }
}
