import Canvas
import JSON
import Monitor
import Shadow
import Testing

@Suite("The program")
struct ProgramTests {
  @Test("has one command for each key of each context")
  func keys() {
    for context in [Command.Context.browsing, .line, .question, .reader, .picker] {
      let keys = Command.allCases.filter { $0.contexts.contains(context) }.flatMap(\.standardKeys)
      #expect(Set(keys).count == keys.count, "\(context)")
    }
  }

  @Test("explains every command in a width that fits the help", arguments: Command.allCases)
  func helpTexts(_ command: Command) {
    #expect(!command.help.isEmpty)
    #expect(TextWidth.columns(command.help) <= 24)
  }

  @Test("scrolls the help to its very last line", arguments: [10, 24])
  func helpEnd(_ rows: Int) {
    var person = Person(size: Size(rows: rows, columns: 80))
    person.type("?G")
    let end = person.frame()
    let note = person.screen()[1]
    #expect(note.firstMatch(of: /–(\d+) of (\d+)/).map { $0.1 == $0.2 } == true, "\(note)")
    person.type("kj")
    #expect(person.frame() == end)
  }

  @Test("hints only at keys that do something here", arguments: Command.allCases)
  func hints(_ command: Command) throws {
    let models = [
      Person().model, try EditingTests.person().model, try PublishingTests.unknown().0.model,
    ]
    for model in models where command.hint(in: model) != nil {
      let key = try #require(command.standardKeys.first)
      #expect(Command.command(for: key, in: model) == command)
    }
  }

  @Test("q counts what is staged for things looked at before")
  func stagedElsewhere() throws {
    var person = try EditingTests.person()
    person.model.stagedElsewhere = 2
    #expect(person.type("q").isEmpty)
    #expect(person.sees("2 staged edits will be lost. Quit?"))
    person.type("n")
    EditingTests.edit(&person, "20")
    person.type("q")
    #expect(person.sees("3 staged edits will be lost. Quit?"))
    #expect(person.type("y") == [.quit])
  }

  @Test("q quits at once when nothing would be lost")
  func quit() throws {
    var person = try EditingTests.person()
    #expect(person.type("q") == [.quit])
  }

  @Test("q asks when edits are staged")
  func quitAsks() throws {
    var person = try EditingTests.person()
    EditingTests.edit(&person, "20")
    #expect(person.type("q").isEmpty)
    #expect(person.sees("1 staged edit will be lost. Quit? y yes n no"))
    #expect(person.type("n").isEmpty)
    #expect(person.type("qy") == [.quit])
  }

  @Test("^C asks as q does, in the edit line too, and a second one quits")
  func interrupt() throws {
    var person = try EditingTests.person()
    person.type("eabc")
    #expect(person.press(.control("c")).isEmpty)
    #expect(person.sees("What is typed will be lost. Quit?"))
    #expect(person.press(.control("c")) == [.quit])
  }

  @Test("says that only y or n answers a question, which fills its line")
  func unclear() throws {
    var person = try EditingTests.person()
    EditingTests.edit(&person, "20")
    person.type("q")
    #expect(person.role(of: "1 staged edit will be lost") == .question)
    #expect(person.frame()[23, 79].role == .question)
    person.type("z")
    #expect(person.sees("1 staged edit will be lost. Quit? y or n?"))
    person.type("n")
    #expect(person.model.question == nil)
    person.type("q")
    #expect(person.sees("Quit? y yes n no"))
  }

  @Test("puts away what it said to the last key at the next one")
  func passing() throws {
    var person = try EditingTests.person()
    person.type("u")
    #expect(person.sees("There is nothing to undo"))
    person.type("j")
    #expect(!person.sees("There is nothing to undo"))
    person.send(.notice("a notice"))
    person.type("u")
    person.press(.escape)
    #expect(!person.sees("There is nothing to undo") && person.sees("a notice"))
  }

  @Test("no longer says that it is not connected once it is")
  func stalePublish() throws {
    var person = try EditingTests.person()
    EditingTests.edit(&person, "20")
    person.send(
      .connection(.offline(what: "gone", cause: "", remedy: "", since: 0, retryAt: nil)))
    person.type("P")
    #expect(person.sees("Not connected: nothing was sent"))
    person.send(.connection(.connected(tls: "TLS1.3")))
    #expect(!person.sees("Not connected"))
  }

  @Test("says in any width that there is no room", arguments: [9, 10, 20, 21, 36])
  func noRoom(_ columns: Int) {
    let person = Person(size: Size(rows: 4, columns: columns))
    #expect(person.sees(columns < 21 ? "too small" : "20x5 at least, please"))
  }

  @Test("gives the age's room to the name on the smallest screen")
  func smallest() throws {
    let reported = #"{"temperature":21.5}"#
    let person = try Person(size: Size(rows: 5, columns: 20), reported: reported)
    #expect(person.sees("temper… 21.5"))
    #expect(!person.sees("18 s"))
    #expect(try Person(size: Size(rows: 5, columns: 28), reported: reported).sees("18 s"))
  }

  @Test("^L draws anew and ^Z suspends, whatever is open")
  func terminal() throws {
    var person = try EditingTests.person()
    #expect(person.press(.control("l"), .control("z")) == [.redraw, .suspend])
    person.type("e")
    #expect(person.press(.control("l"), .control("z")) == [.redraw, .suspend])
    #expect(person.model.entry != nil)
  }

  @Test("r gets again when connected and connects now when not")
  func again() throws {
    var person = try EditingTests.person()
    guard case .get? = person.type("r").first else {
      Issue.record("r must get")
      return
    }
    person.send(.connection(.offline(what: "x", cause: "", remedy: "y", since: 0, retryAt: 1)))
    #expect(person.type("r") == [.retryNow])
  }

  @Test("goes through the panes with Tab, and the log scrolls and stays put")
  func log() throws {
    var person = try Person(reported: #"{"a":0}"#, version: 1)
    for version in 2...60 as ClosedRange<Int64> {
      try person.receiveDocuments(from: nil, reported: "{\"a\":\(version)}", version: version)
    }
    person.press(.tab)
    #expect(person.model.focus == .log)
    person.type("jjjjjj")
    #expect(person.sees("3 newer · 61"))
    let before = person.screen().filter { $0.contains("update/documents") }
    try person.receiveDocuments(from: nil, reported: #"{"a":99}"#, version: 61)
    #expect(person.screen().filter { $0.contains("update/documents") } == before)
    #expect(person.sees("4 newer · 62"))
    person.type("g")
    #expect(person.sees("live · 62"))
  }

  @Test("bounds the log and counts what it drops")
  func bounded() throws {
    var person = Person(logLimit: 100_000)
    person.send(.connection(.connected(tls: "TLS1.3")))
    for _ in 0..<2000 { person.receive(.delta, #"{"state":{"a":1},"version":2}"#) }
    #expect(person.model.log.entries.count <= 250)
    #expect(person.model.log.total == 2001)
    #expect(person.model.log.dropped + person.model.log.entries.count == 2001)
    #expect(person.sees("dropped"))
  }

  @Test("bounds the log's memory too, whatever sizes come after one another")
  func boundedBytes() {
    let limit = 400_000
    var person = Person(logLimit: limit)
    for size in Array(repeating: 1, count: 20) + Array(repeating: 150_000, count: 4) {
      let words = String(repeating: "x", count: size)
      person.receive(.rejected(.update), #"{"code":400,"message":"\#(words)"}"#)
    }
    let bytes = person.model.log.entries.map { entry in
      (entry.payload?.count ?? 0) + entry.summary.map(\.text.utf8.count).reduce(0, +)
    }
    #expect(bytes.reduce(0, +) < limit)
    #expect(person.model.log.total == 24)
  }

  @Test("tells the notices from the start until they are put away")
  func notices() throws {
    var person = try EditingTests.person()
    person.send(.notice("Others can read privkey.pem (mode 0644): chmod 600 it"))
    #expect(person.sees("Others can read privkey.pem (mode 0644): chmod 600 it"))
    person.press(.escape)
    #expect(!person.sees("privkey.pem"))
  }

  @Test("names the filters that the broker refused")
  func filters() throws {
    var person = try EditingTests.person()
    person.send(.connection(.refusedFilters([Person.address.topic(.delta)])))
    #expect(person.sees("The broker refused …/update/delta"))
    #expect(person.model.connection.isUp)
  }

  @Test("says each state of the connection in words")
  func states() throws {
    var person = Person()
    #expect(person.sees("Connecting to localhost:8883 …"))
    person.send(.connection(.connecting(step: "TLS handshake", endpoint: "localhost:8883")))
    #expect(person.sees("Connecting to localhost:8883: TLS handshake"))
    person.send(.connection(.connected(tls: "TLS1.3")))
    #expect(person.sees("Connected; subscribing to this shadow …"))
    person.send(.shadow(Person.address, .live(refusedFilters: [])))
    #expect(person.sees("Connected; asking for the shadow …"))
    person.send(
      .connection(
        .stopped(what: "Someone uses the name.", cause: "It is so", remedy: "Stop that.")))
    #expect(person.sees("Someone uses the name. It is so. Stop that. r tries again."))
    #expect(person.sees("■ stopped"))
  }

  @Test("counts the seconds of an outage and to the next try")
  func outage() throws {
    var person = try EditingTests.person()
    let start = person.now
    person.send(
      .connection(
        .offline(what: "gone", cause: "", remedy: "", since: start, retryAt: start + 9500)))
    #expect(person.sees("Disconnected 00:00 ago: gone. Next try in 10 s, r now."))
    let first = try #require(nextDeadline(person.model, after: person.now))
    #expect(first == start + 500)
    person.now = first
    #expect(person.sees("Next try in 9 s"))
    person.now = try #require(nextDeadline(person.model, after: person.now))
    #expect(person.now == start + 1000)
    #expect(person.sees("Disconnected 00:01 ago"))
  }

  @Test("keeps telling of an outage while it tries again, on as many lines")
  func tryingAgain() throws {
    var person = try EditingTests.person()
    EditingTests.edit(&person, "20")
    let top = person.screen().firstIndex { $0.contains("┌ resources") }
    let start = person.now
    func fail(at time: Int64) -> Message {
      .connection(
        .offline(
          what: "localhost:8883 refused the connection.", cause: "Nothing listens on that port.",
          remedy: "Start the broker.", since: start, retryAt: time + 7000))
    }
    person.send(fail(at: person.now))
    let below = person.screen().firstIndex { $0.contains("┌ resources") }
    #expect(below != top)
    for step in ["looking up the host", "TLS handshake", "opening the connection"] {
      person.wait(milliseconds: 4000)
      person.send(.connection(.connecting(step: step, endpoint: "localhost:8883")))
      #expect(
        person.sees("refused the connection. Nothing listens on that port. Start the broker."))
      #expect(person.sees("Trying now: \(step). Your staged edit is kept."))
      #expect(person.screen().firstIndex { $0.contains("┌ resources") } == below)
      #expect(nextDeadline(person.model, after: person.now) == person.now + 1000)
    }
    #expect(person.sees("Disconnected 00:12 ago"))
    person.send(fail(at: person.now))
    #expect(person.sees("Disconnected 00:12 ago"))
    person.send(.connection(.connected(tls: "TLS1.3")))
    #expect(!person.sees("Disconnected"))
    #expect(person.screen().firstIndex { $0.contains("┌ resources") } == top)
  }

  @Test("tells of a first attempt that failed in the same way, and logs each cause once")
  func firstAttempt() {
    var person = Person()
    for what in ["No host.", "No host.", "No port.", "No host."] {
      person.send(.connection(.connecting(step: "looking up the host", endpoint: "localhost:8883")))
      person.send(
        .connection(
          .offline(what: what, cause: "", remedy: "", since: person.now, retryAt: nil)))
    }
    let remarks = person.model.log.entries.map { $0.words.map(\.text).joined() }
    #expect(remarks == ["not connected: No host.", "tried again: No port."])
    #expect(person.sees("Not connected for 00:00: No host. r tries again."))
    #expect(person.sees("offline · 2"))
    person.send(.connection(.connecting(step: "TLS handshake", endpoint: "localhost:8883")))
    #expect(person.sees("Not connected for 00:00: No host. Trying now: TLS handshake."))
    #expect(!person.sees("live"))
    person.send(.connection(.connected(tls: "TLS1.3")))
    #expect(person.sees("live · 3"))
  }

  @Test("gives up the cause before the remedy where room is short, and cuts between words only")
  func shortBanner() throws {
    var person = try EditingTests.person()
    person.send(
      .connection(
        .stopped(
          what: "The certificate is signed by an authority that is not trusted here.",
          cause: String(repeating: "Long words about the issuer. ", count: 20),
          remedy: "Name the file of the CA.")))
    #expect(
      person.sees(
        "that is not trusted here. Name the file of the CA. r tries again."))
    person.send(.resized(Size(rows: 12, columns: 40)))
    #expect(
      person.screen()[1...2].map { $0 } == [
        " The certificate is signed by an        ", " authority that is not trusted here. …  ",
      ])
    // Without rows there is room for more.
    person = Person(size: Size(rows: 12, columns: 40))
    person.send(
      .connection(.stopped(what: "It is not trusted.", cause: "", remedy: "Name the CA's file.")))
    #expect(person.sees("It is not trusted. Name the CA's file. r tries again."))
  }

  @Test("needs no time while nothing moves")
  func idle() throws {
    var person = Person()
    #expect(nextDeadline(person.model, after: person.now) == nil)
    person.send(.connection(.connected(tls: "TLS1.3")))
    #expect(nextDeadline(person.model, after: person.now) == nil)
  }

  @Test("wakes when an age's unit changes, and for each step of a glow")
  func deadlines() throws {
    var person = try Person(reported: #"{"a":1}"#, version: 1)
    // The value is 18 s old.
    #expect(nextDeadline(person.model, after: person.now) == person.now + 1000)
    person.wait(milliseconds: 100_500)
    #expect(nextDeadline(person.model, after: person.now) == person.now + 1500)
    try person.receiveDocuments(from: (#"{"a":1}"#, nil), reported: #"{"a":2}"#, version: 2)
    let changed = person.now
    #expect(nextDeadline(person.model, after: changed) == changed + 500)
    person.now = changed + 500
    #expect(nextDeadline(person.model, after: person.now) == changed + 700)
  }

  @Test("draws any size without harm", arguments: [0, 1, 19, 20, 39, 40, 59, 60, 80, 300])
  func sizes(_ columns: Int) throws {
    var person = try GoldenTests.atWork(Size(rows: 24, columns: columns))
    var states = [person.model]
    person.type("e")
    person.press(.control("u"))
    person.type("[1,")
    person.press(.enter)
    states.append(person.model)
    person.press(.escape, .tab)
    person.send(
      .connection(
        .offline(
          what: "gone", cause: String(repeating: "word ", count: 40), remedy: "r", since: 0,
          retryAt: nil)))
    person.type("P")
    states.append(person.model)
    person.type("?")
    states.append(person.model)
    for rows in Array(0...14) + [16, 23, 48] {
      for model in states {
        person.model = model
        person.send(.resized(Size(rows: rows, columns: columns)))
        let frame = person.frame()
        #expect(frame.size == Size(rows: rows, columns: columns))
        if let cursor = frame.cursor {
          #expect(frame.contains(row: cursor.row, column: cursor.column))
        }
        _ = nextDeadline(person.model, after: person.now)
      }
    }
  }

  @Test("resolves every role in every theme", arguments: Role.allCases)
  func themes(_ role: Role) {
    for theme in [Theme.dark, .mono] { #expect(theme.resolves(role), "\(theme.name)") }
    let mono = Theme.mono[role]
    #expect(mono.foreground == .terminal && mono.background == .terminal)
  }
}
