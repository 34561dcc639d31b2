import Shadow
import Testing
import Thing

@Suite("The shadows that are open")
struct OpenShadowsTests {
  private let classic = ShadowAddress(thing: "lamp1")
  private let night = ShadowAddress(thing: "lamp1", shadow: "night")

  @Test("have a group of filters each: its eight answers, and the requests apart")
  func group() throws {
    var shadows = OpenShadows()
    let group = try #require(try shadows.open(night))
    #expect(group.filters == night.responseTopics)
    #expect(group.filters.count == 8)
    #expect(group.extras == ["$aws/things/lamp1/shadow/name/night/update"])
    #expect(shadows.address(of: group.id) == night)
    #expect(shadows.addresses == [night])
  }

  @Test("have no more filters than what is wanted of them needs, and more room then")
  func interest() throws {
    var shadows = OpenShadows(interest: .document)
    let group = try #require(try shadows.open(classic))
    #expect(
      group.filters == [
        "$aws/things/lamp1/shadow/get/accepted", "$aws/things/lamp1/shadow/get/rejected",
      ])
    #expect(group.extras.isEmpty)
    #expect(shadows.limit == 25)
    #expect(ShadowInterest.everything.topics.map(classic.topic) == classic.responseTopics)
    #expect(ShadowInterest.documents.topics.count <= 8, "they go into one packet")
  }

  @Test("are opened once, however often that is asked for")
  func twice() throws {
    var shadows = OpenShadows()
    #expect(try shadows.open(classic) != nil)
    #expect(try shadows.open(classic) == nil)
    #expect(shadows.addresses == [classic])
  }

  @Test("are as many as a connection has room for")
  func limit() throws {
    var shadows = OpenShadows(otherFilters: 14)
    #expect(shadows.limit == 4)
    for number in 1...4 { _ = try shadows.open(ShadowAddress(thing: "lamp1", shadow: "\(number)")) }
    let error = #expect(throws: ShadowOpeningError.self) { try shadows.open(classic) }
    #expect(error?.kind == .tooMany)
    #expect(error?.what == "4 shadows are open already.")
    #expect(OpenShadows().limit == 5)
    #expect(shadows.close(ShadowAddress(thing: "lamp1", shadow: "2")) != nil)
    #expect(try shadows.open(classic) != nil)
  }

  @Test(
    "have names that the service answers; a wild card would be another subscription",
    arguments: ["+", "#", "a/b", "", "é"])
  func names(_ name: String) {
    var shadows = OpenShadows()
    for address in [ShadowAddress(thing: name), ShadowAddress(thing: "lamp1", shadow: name)] {
      let error = #expect(throws: ShadowOpeningError.self) { try shadows.open(address) }
      #expect(error?.kind == .name)
    }
  }

  @Test("are not confused with their own earlier openings")
  func generations() throws {
    var shadows = OpenShadows()
    let first = try #require(try shadows.open(night)).id
    #expect(shadows.close(night) == first)
    #expect(shadows.close(night) == nil)
    let second = try #require(try shadows.open(night)).id
    #expect(shadows.ended(first) == night)
    #expect(shadows.addresses == [night], "opened anew")
    #expect(shadows.ended(first) == nil)
    #expect(shadows.ended(second) == night)
    #expect(shadows.addresses == [], "set aside without having been closed")
  }
}
