import JSON
import Shadow
import ShadowService

/// A message that the service published.
struct Answer {
  /// The topic below the shadow's prefix.
  let suffix: String
  let body: JSONValue
  /// The same as a client reads it.
  let message: ShadowMessage?

  init(_ publication: Publication, below prefix: String) throws {
    suffix = String(publication.topic.dropFirst(prefix.count))
    body = try JSONParser.parse(publication.payload)
    message = ShadowMessage(topic: publication.topic, payload: publication.payload)
  }

  subscript(member: String) -> JSONValue? { body.object?[member] }
}

/// The service and the one shadow that a test talks about; time stands unless a test moves it.
struct Lamp {
  let address: ShadowAddress
  var service: ShadowService
  /// Seconds since 1970.
  var now: Int64 = 1_700_000_000

  init(
    thing: String = "lamp1", shadow: String? = nil, limits: ShadowLimits = ShadowLimits(),
    timestampsInRejections: Bool = false
  ) {
    address = ShadowAddress(thing: thing, shadow: shadow)
    service = ShadowService(limits: limits, timestampsInRejections: timestampsInRejections)
  }

  var document: ShadowDocument? { service[address] }

  mutating func send(
    _ suffix: String, _ body: [UInt8], retained: Bool = false
  ) throws -> [Answer] {
    let prefix = address.prefix + "/"
    return try service.handle(prefix + suffix, payload: body, retained: retained, now: now)
      .map { try Answer($0, below: prefix) }
  }

  mutating func send(
    _ suffix: String, _ body: String = "", retained: Bool = false
  ) throws -> [Answer] {
    try send(suffix, Array(body.utf8), retained: retained)
  }

  mutating func update(_ body: String) throws -> [Answer] { try send("update", body) }
}

extension [Answer] {
  var suffixes: [String] { map(\.suffix) }

  subscript(suffix: String) -> Answer? { first { $0.suffix == suffix } }

  /// Code and text of the one answer, if that is a rejection of this operation.
  func refusal(of operation: ShadowOperation = .update) -> ShadowError? {
    guard count == 1, case .rejected(let error)? = first?.message?.content,
      first?.message?.topic == .rejected(operation)
    else { return nil }
    return error
  }
}

func json(_ text: String) throws -> JSONValue { try JSONParser.parse(text) }
