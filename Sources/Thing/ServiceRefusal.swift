package import Shadow

/// The broker does not permit a topic filter that is needed.
package struct FilterRefusal: ExplainedError, Hashable {
  package let what: String
  package let cause: String
  package let causes: [String]
  package let remedy: String

  /// - Parameters:
  ///   - topic: on which an answer may come.
  ///   - thing: whose shadow it is.
  ///   - endpoint: where; its name tells the region.
  ///   - isCut: whether it ended the connection in place of a word.
  package init(topic: String, thing: String, endpoint: Endpoint, isCut: Bool = false) {
    let why = Causes(likely: [
      "the certificate's policy does not permit it", "the certificate belongs to another thing",
    ])
    what =
      isCut
      ? "The broker cuts the connection over the subscription to \(topic)."
      : "The broker refused the subscription to \(topic)."
    let needed = PolicyPermission.needed(for: Suspect(.subscribe, [topic]), at: endpoint)
      .map(\.words).joined(separator: " and ")
    cause = why.sentence
    causes = why.sentences
    remedy =
      "Check that the thing is named \(thing); --thing gives another name. A policy must "
      + "allow \(needed)."
  }
}

/// The service answered a request with a refusal.
package struct ServiceRefusal: ExplainedError, Hashable {
  /// For instance 404 (device-shadow spec 9).
  package let code: Int
  package let what: String
  package let cause = ""
  package var causes: [String] { [] }
  /// Empty where there is nothing to say.
  package let remedy: String

  package init(_ error: ShadowError) {
    code = error.code
    what = "The service rejected the request: \(error.code) \(error.message)."
    remedy = Self.remedy(for: error.code)
  }

  private static func remedy(for code: Int) -> String {
    switch code {
    case 400: "Correct the request: the service's words say what it minds."
    case 401, 403: "The certificate's policy must allow this thing and its shadow."
    case 404: "There is no such shadow yet; the first `shadowscope update` creates it."
    case 409: "The shadow has changed meanwhile: get it and decide again."
    case 413:
      "The shadow would grow beyond its limit: remove resources (KEY=null), or spread them over "
        + "networked things or named shadows."
    case 429: "The service is asked too often: wait a little."
    case 500...599: "The service has a fault: try again."
    default: ""
    }
  }
}
