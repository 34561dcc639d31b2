import Canvas
import JSON
import Monitor
import Shadow
import Testing

@Suite("A message that is opened")
struct MessageReaderTests {
  @Test("shows its bytes, what they mean, and what they change")
  func tabs() throws {
    var person = try LogTests.person()
    person.press(.enter)
    #expect(person.sees("\"previous\": {"))
    person.type("1")
    #expect(person.sees("{\"previous\":{\"state\":"))
    person.type("3")
    #expect(person.sees("v19 → v20") && person.sees("a 19 → 20"))
    person.press(.tab)
    #expect(person.model.openMessage?.tab == .raw)
    person.press(.escape)
    #expect(person.model.overlay == nil)
  }

  @Test("keeps its keys in sight, whatever was answered before it was opened")
  func keys() throws {
    var person = try Person(reported: #"{"flow":20}"#)
    person.type("dP")
    let update = try #require(person.submitted)
    person.send(.outcome(token: update.token, .accepted(version: 128, body: nil, milliseconds: 34)))
    person.press(.tab, .enter)
    #expect(person.sees("q close") && !person.sees("accepted v128, 34 ms"))
    person.press(.escape)
    #expect(person.sees("accepted v128, 34 ms"))
  }

  @Test("stays the one that it is while others come, and leads to its neighbours")
  func neighbours() throws {
    var person = try LogTests.person()
    person.type("j")
    person.press(.enter)
    try person.receiveDocuments(from: ("{\"a\":20}", nil), reported: #"{"a":21}"#, version: 21)
    #expect(person.model.openMessage?.entry.version == 19)
    person.type("[")
    #expect(person.model.openMessage?.entry.version == 18)
    person.type("]]")
    #expect(person.model.openMessage?.entry.version == 20)
    person.type("]]")
    #expect(person.sees("This is the newest message shown"))
    person.press(.escape)
    #expect(person.model.log.selected?.version == 21)
  }

  @Test("is compared with the document that the log has before it")
  func differences() throws {
    var person = try Person(reported: #"{"a":1,"b":2}"#, version: 1)
    let payload = Array(#"{"state":{"desired":{"a":5},"reported":{"b":null}}}"#.utf8)
    person.send(
      .sent(
        Publication(topic: Person.address.topic(.request(.update)), payload: payload),
        token: "mine", operation: .update, at: person.now))
    person.press(.tab, .enter)
    person.type("3")
    #expect(person.sees("upon v1") && person.sees("+ a 5") && person.sees("− b 2"))
    person.press(.escape)
    try person.receiveGet(reported: #"{"a":7,"b":2}"#, version: 4)
    person.press(.enter)
    person.type("3")
    #expect(person.sees("v1 → v4") && person.sees("a 1 → 7"))
    person.press(.escape)
    person.receive(.delta, #"{"state":{"a":5},"version":4}"#)
    person.press(.enter)
    person.type("3")
    #expect(person.sees("it changes nothing by itself"))
  }

  @Test("that is no text is shown in hexadecimal")
  func hex() {
    var person = Person()
    person.send(
      .received(topic: "x", payload: [0xFF, 0x00, 0x41], arrival: person.now, retained: false))
    person.press(.tab, .enter)
    #expect(person.sees("ff 00 41"))
    person.type("y")
    #expect(person.sees("The payload is no text: W saves it to a file"))
  }

  @Test("is searched while the text is typed, and n goes on")
  func search() throws {
    var person = try LogTests.person()
    person.press(.enter)
    person.type("/version")
    #expect(person.sees("1 of 2"))
    person.press(.enter)
    person.type("n")
    #expect(person.sees("2 of 2"))
    person.type("/")
    person.press(.escape)
    #expect(person.model.reader?.searchNote == nil)
    #expect(person.model.openMessage != nil)
  }

  @Test("is copied as it came, and the reply says what the terminal did")
  func copying() throws {
    var person = try LogTests.person(last: 2)
    let payload = try #require(person.model.log.entries.last?.payload)
    #expect(person.type("y") == [.copy(String(decoding: payload, as: UTF8.self))])
    person.send(.copied(bytes: 1234, advice: nil))
    #expect(person.sees("copied 1.2 KB"))
    person.press(.enter)
    #expect(person.type("y") == [.copy(String(decoding: payload, as: UTF8.self))])
    person.send(.notCopied("This terminal offers programs no clipboard"))
    #expect(person.sees("This terminal offers programs no clipboard"))
  }

  @Test("is saved under a name of its own, and replaces a file only after a yes")
  func saving() throws {
    var person = try LogTests.person(last: 2)
    let payload = try #require(person.model.log.entries.last?.payload)
    let name = "greenhouse-07-v2-update-documents.json"
    person.type("W")
    #expect(person.sees(name))
    #expect(person.press(.enter) == [.save(payload, path: name, isReplacing: false)])
    person.send(.saved(.exists(path: name, payload)))
    #expect(person.sees("exists. Replace it?"))
    #expect(person.type("y") == [.save(payload, path: name, isReplacing: true)])
    person.send(.saved(.saved(path: name, bytes: payload.count)))
    #expect(person.sees("to \(name)"))
  }

  @Test("and the header has the QoS with which it came", arguments: [0, 1])
  func quality(_ quality: Int) throws {
    var person = try LogTests.person(last: 2)
    person.press(.escape)
    person.send(
      .received(
        topic: "x", payload: Array("{}".utf8), arrival: person.now, retained: false,
        qualityOfService: quality))
    person.press(.escape)
    while person.model.focus != .log { person.press(.tab) }
    person.press(.home, .enter)
    #expect(person.sees("QoS \(quality)"))
  }

  @Test("and the table offers what can be copied of a resource")
  func resource() throws {
    var person = Person()
    person.model = Model(
      thing: "greenhouse-07", endpoint: "[::1]:8883", address: Person.address, seed: 1,
      files: ConnectionFiles(
        authority: .onDisk("my ca.pem"), certificate: .onDisk("g/cert.pem"),
        key: .onDisk("g/privkey.pem"), clientID: "greenhouse-07"))
    try person.receiveGet(reported: #"{"p":{"it's":"a b"}}"#, version: 1)
    person.type("j")
    person.type("y")
    #expect(person.press(.enter) == [.copy("a b")])
    person.type("ypath")
    #expect(person.press(.enter) == [.copy("/p/it's")])
    person.type("yJSON")
    #expect(person.press(.enter) == [.copy(#"{"p":{"it's":"a b"}}"#)])
    person.type("ymosq")
    #expect(
      person.press(.enter) == [
        .copy(
          "mosquitto_pub -h ::1 -p 8883 --cafile 'my ca.pem' --cert g/cert.pem "
            + "--key g/privkey.pem -i greenhouse-07 -q 1 "
            + "-t '$aws/things/greenhouse-07/shadow/update' "
            + #"-m '{"state":{"reported":{"p":{"it'\''s":"a b"}}}}'"#)
      ])
  }

  @Test("whose files are in a zip are handed over by unzip, without a copy on the disk")
  func zipped() throws {
    var person = Person()
    person.model = Model(
      thing: "lamp1", endpoint: "localhost:8883", address: Person.address, seed: 1,
      files: ConnectionFiles(
        authority: .inZip("my batch.zip", name: "ca.pem"),
        certificate: .inZip("my batch.zip", name: "a[1]/lamp1/cert.pem"),
        key: .inZip("my batch.zip", name: "a[1]/lamp1/privkey.pem"), clientID: "lamp1"))
    try person.receiveGet(reported: #"{"p":1}"#, version: 1)
    person.type("ymosq")
    #expect(
      person.press(.enter) == [
        .copy(
          "mosquitto_pub -h localhost -p 8883 --cafile <(unzip -p 'my batch.zip' ca.pem) "
            + #"--cert <(unzip -p 'my batch.zip' 'a\[1]/lamp1/cert.pem') "#
            + #"--key <(unzip -p 'my batch.zip' 'a\[1]/lamp1/privkey.pem') "#
            + "-i lamp1 -q 1 -t '$aws/things/greenhouse-07/shadow/update' "
            + #"-m '{"state":{"reported":{"p":1}}}'"#)
      ])
  }
}
