import JSON
import Shadow
import Testing

@Suite("A wish that was published")
struct PublishedWishTests {
  private func wish(_ desired: String) throws -> PublishedWish {
    try #require(PublishedWish(UpdateRequest(desired: .merge(try object(desired)))))
  }

  private func document(desired: String, reported: String) throws -> ShadowDocument {
    ShadowDocument(
      desired: try object(desired), reported: try object(reported), version: 3)
  }

  @Test("is none where nothing is asked for in desired")
  func none() throws {
    #expect(PublishedWish(UpdateRequest(reported: .merge(["a": 1]))) == nil)
    #expect(PublishedWish(UpdateRequest(desired: .merge([:]))) == nil)
    #expect(PublishedWish(UpdateRequest(desired: .remove)) == nil)
  }

  @Test("is open where the delta holds what it wrote, and closed though others differ")
  func open() throws {
    let wish = try wish(#"{"pump":{"flow":12,"on":true},"mode":"eco"}"#)
    let desired = #"{"pump":{"flow":12,"on":true,"level":1},"mode":"eco","other":2}"#
    let half = try document(desired: desired, reported: #"{"pump":{"flow":11,"on":true}}"#)
    #expect(
      wish.open(in: half) == [
        PublishedWish.Difference(
          path: JSONPath(keys: ["pump", "flow"]), desired: 12, reported: 11),
        PublishedWish.Difference(
          path: JSONPath(keys: ["mode"]), desired: "eco", reported: nil),
      ])
    #expect(!wish.isGranted(in: half))
    let done = try document(
      desired: desired, reported: #"{"pump":{"flow":12.0,"on":true},"mode":"eco"}"#)
    #expect(wish.open(in: done) == [])
    #expect(wish.isGranted(in: done))
  }

  @Test("is closed but not granted where it was taken back")
  func takenBack() throws {
    let wish = try wish(#"{"a":1,"b":null}"#)
    let document = try document(desired: "{}", reported: #"{"a":0}"#)
    #expect(wish.open(in: document) == [])
    #expect(!wish.isGranted(in: document))
  }

  @Test("is open with another's value where that was asked for since")
  func superseded() throws {
    let wish = try wish(#"{"a":{"b":1}}"#)
    let document = try document(desired: #"{"a":5}"#, reported: #"{"a":{"b":1}}"#)
    #expect(
      wish.open(in: document) == [
        PublishedWish.Difference(path: JSONPath(keys: ["a"]), desired: 5, reported: ["b": 1])
      ])
  }
}
