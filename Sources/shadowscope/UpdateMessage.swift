import Canvas
import JSON
import Monitor
import Shadow

/// One update as it is sent.
struct UpdateMessage {
  let request: UpdateRequest
  let publication: Publication
  let token: ClientToken
  /// What the person should know, without a capital.
  let warnings: [String]

  /// - Parameters:
  ///   - body: what is to be written.
  ///   - plan: what options say of it.
  ///   - address: of the shadow.
  /// - Throws: `UpdateBody.Fault` where that cannot be sent.
  init(
    _ body: UpdateBody, by plan: UpdatePlan, to address: ShadowAddress
  ) throws(UpdateBody.Fault) {
    var generator = SystemRandomNumberGenerator()
    let ours = ClientToken.make(using: &generator)
    request = try plan.request(body, token: ours)
    token = request.clientToken ?? ours
    publication = try plan.publication(of: request, to: address)
    warnings = plan.warnings(request)
  }

  /// Topic, space and payload, as `mosquitto_sub -v` writes them.
  var line: String {
    "\(publication.topic) \(String(decoding: publication.payload, as: UTF8.self))"
  }
}
