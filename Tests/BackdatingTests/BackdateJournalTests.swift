import JSON
import Monitor
import Testing

@testable import Backdating

@Suite("The journal of a file of observations")
struct BackdateJournalTests {
  @Test("tells what may be sent without a fear of doubles, and what is in doubt")
  func life() throws {
    var journal = BackdateJournal(file: "f", messages: "m", count: 6)
    #expect(journal.remaining == Array(0..<6))
    for message in 0..<4 { journal.begin(message) }
    #expect(journal.uncertain == [0, 1, 2, 3])
    #expect(journal.remaining == [4, 5])
    journal.acknowledge(0)
    journal.acknowledge(2)
    journal.withdraw(3)
    journal.withdraw(2)
    #expect(journal.acknowledged == 2)
    #expect(journal.uncertain == [1])
    #expect(journal.remaining == [3, 4, 5])
    #expect(try BackdateJournal(journal.bytes) == journal)
    journal.begin(3)
    #expect(journal.uncertain == [1, 3])
    #expect(journal.remaining == [4, 5])
  }

  @Test(
    "is not taken where it is damaged or says what cannot be",
    arguments: [
      #""count":-1,"next":0,"open":[],"unsent":[]"#, #""count":3,"next":4,"open":[],"unsent":[]"#,
      #""count":3,"next":2,"open":[2],"unsent":[]"#, #""count":3,"next":2,"open":[1],"unsent":[1]"#,
      #""count":3,"next":2,"open":["1"],"unsent":[]"#, #""count":3,"next":2"#,
    ])
  func damaged(_ members: String) throws {
    let text = #"{"format":1,"kind":"backdate","file":"f","messages":"m",\#(members)}"#
    let object = try #require(try JSONParser.parse(text).object)
    #expect(throws: KeptFault.self) { try BackdateJournal(KeptFile.bytes(of: object)) }
    #expect(throws: KeptFault.self) { try BackdateJournal(Array(text.utf8)) }
  }
}
