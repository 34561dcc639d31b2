import Shadow
import ShadowService
import Thing

/// What one request changed, to be kept before it is told.
struct StateChange: Sendable, Equatable {
  let address: ShadowAddress
  let stored: StoredShadow
}

/// Keeps shadows so that they outlive the process.
protocol ShadowStore: Sendable {
  /// Makes changes last; when this returns they survive whatever ends the process.
  ///
  /// - Parameters:
  ///   - changes: at most one for an address.
  ///   - all: everything that is held, the changes among it.
  ///   - now: milliseconds since 1970.
  /// - Throws: `FileError`; then none of the changes is kept.
  mutating func keep(
    _ changes: [StateChange], all: [ShadowAddress: StoredShadow], now: Int64
  ) throws(FileError)
}

/// A request, what the service publishes for it, and what to tell about it.
struct Answered: Sendable {
  /// Empty for what is no request.
  var publications: [Publication] = []
  /// nil for what is no request.
  var report: AnsweredRequest?
}

/// The pure service together with the store, if there is one, that its shadows outlive it in.
struct KeptShadows: Sendable {
  private(set) var service: ShadowService
  private var store: (any ShadowStore)?
  /// Why the store keeps nothing at the moment.
  private var trouble: FileError?
  /// The trouble that was told.
  private var toldTrouble: FileError?

  init(service: ShadowService, store: (any ShadowStore)? = nil) {
    self.service = service
    self.store = store
  }

  /// Takes requests that came together and answers each, in order.
  ///
  /// Their changes are made to last at one go before any of them is answered. If that fails, none
  /// of them has happened, and each is tried alone: those that cannot be kept are refused with 500
  /// and change nothing, the others are answered as if they had not been there.
  ///
  /// - Returns: one answer for each request.
  mutating func answer(_ requests: [ReceivedMessage]) -> [Answered] {
    var changes = LatestChanges()
    var before: [(address: ShadowAddress, stored: StoredShadow?)] = []
    let answers = requests.map { request in
      let (answered, change) = handle(request)
      if let change {
        before.append((change.change.address, change.before))
        changes.note(change.change)
      }
      return answered
    }
    guard store != nil, !before.isEmpty else { return answers }
    do {
      try store?.keep(
        changes.all, all: service.allStored, now: requests.last?.arrivedAt ?? 0)
      trouble = nil
      return answers
    } catch {
      trouble = error
      for (address, stored) in before.reversed() { service[stored: address] = stored }
    }
    if requests.count == 1 { return requests.map { refuse($0, with: .internalFailure) } }
    return requests.flatMap { answer([$0]) }
  }

  /// What the person should know about the store since this was last asked; nil for nothing new.
  mutating func takeNews() -> String? {
    defer { toldTrouble = trouble }
    switch (toldTrouble, trouble) {
    case (nil, let trouble?):
      return "Shadows cannot be kept: \(trouble). Updates and deletions are refused with 500, and "
        + "change nothing, until it works again."
    case (.some, nil): return "Shadows are kept again."
    case (nil, nil), (.some, .some): return nil
    }
  }

  private mutating func handle(
    _ request: ReceivedMessage
  ) -> (answered: Answered, change: (change: StateChange, before: StoredShadow?)?) {
    guard let (address, place) = ShadowAddress.parse(topic: request.topic),
      case .request(let operation) = place
    else { return (Answered(), nil) }
    let before = service[stored: address]
    let publications = service.handle(
      request.topic, payload: request.payload, retained: request.isRetained,
      now: request.arrivedAt / 1000)
    guard let first = publications.first else { return (Answered(), nil) }
    guard first.topic == address.topic(.accepted(operation)) else {
      let report = AnsweredRequest(
        time: request.arrivedAt, bytes: request.payload.count, rejection: first)
      return (Answered(publications: publications, report: report), nil)
    }
    let after = service[stored: address]
    let report = AnsweredRequest(
      time: request.arrivedAt, address: address, operation: operation, outcome: .accepted,
      version: (operation == .delete ? before : after)?.document?.version,
      bytes: request.payload.count)
    let change = operation == .get ? nil : after.map { StateChange(address: address, stored: $0) }
    return (
      Answered(publications: publications, report: report), change.map { ($0, before) }
    )
  }

  /// Refuses a request without asking the service.
  func refuse(_ request: ReceivedMessage, with error: ShadowError) -> Answered {
    let refusal = service.refusal(
      of: request.topic, payload: request.payload, with: error,
      now: request.arrivedAt / 1000)
    return Answered(
      publications: refusal.map { [$0] } ?? [],
      report: refusal.flatMap {
        AnsweredRequest(time: request.arrivedAt, bytes: request.payload.count, rejection: $0)
      })
  }
}

/// What is left to keep of changes that are made to last together: the last one of each shadow.
private struct LatestChanges {
  private(set) var all: [StateChange] = []
  private var places: [ShadowAddress: Int] = [:]

  mutating func note(_ change: StateChange) {
    if let place = places[change.address] {
      all[place] = change
    } else {
      places[change.address] = all.count
      all.append(change)
    }
  }
}
