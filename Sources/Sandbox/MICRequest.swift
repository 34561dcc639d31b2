package import Shadow
import ShadowService
import Thing

/// One message on a topic of MIC's own and what became of it.
package struct MICRequest: Sendable {
  /// Milliseconds since 1970 at which it came.
  package let time: Int64
  /// Outside text.
  package let thing: String
  package let topic: MICTopic
  /// What became of it, for people; never a signed URL.
  package let outcome: String
  /// Bytes of the message's body.
  package let bytes: Int
}

extension MICService.Outcome {
  /// For people; words that came from outside may be in it.
  var words: String {
    switch self {
    case .ignored: "ignored: retained"
    case .handedOn: "handed on to the shadow"
    case .stored(let number, let moment):
      "stored as number \(number), of \(DateText.utc(moment / 1000))"
    case .notStored(let error): "not stored: \(error.message)"
    case .invoked(.answered(let function)): "answered \(function.rawValue)"
    case .invoked(.refused(let fault)): "refused \(fault.kind.rawValue): \(fault.message)"
    }
  }
}
