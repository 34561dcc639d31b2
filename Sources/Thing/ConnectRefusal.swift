extension FailureWords {
  /// CONNACK refused with this code: 1...5 are MQTT's (MQTT 3.1.1, 3.2.2.3), 7 is AWS IoT's.
  func refused(code: CInt) -> ConnectionFailure {
    let seen = "It answered CONNECT with code \(code)"
    let permission = PolicyPermission.needed(for: Suspect(.connect, [clientID]), at: endpoint)
      .map(\.words).joined()
    switch code {
    case 1:
      return make(
        .protocolRefused, .connect, .ask, "The broker does not speak MQTT 3.1.1.",
        Causes(
          seen: seen, likely: ["it speaks MQTT 5 or 3.1 only", "it is set to refuse MQTT 3.1.1"]),
        remedy: "Use a broker that does, or allow MQTT 3.1.1 in its settings.")
    case 2:
      return make(
        .clientIDRefused, .connect, .ask, "The broker does not accept the client id “\(clientID)”.",
        Causes(
          seen: seen,
          likely: [
            "the id is not the thing's name, which MIC wants", "the id is too long for this broker",
            "the id holds characters that this broker does not take",
          ]),
        remedy: "Leave --client-id away, so that the thing's name is used.")
    case 3:
      return make(
        .serverUnavailable, .connect, .retrySlowly, "The broker is not available just now.",
        Causes(
          seen: seen,
          likely: ["it is starting or stopping", "it has more clients than it can serve"]
        ),
        remedy: "Wait: it is tried again slowly.")
    case 4:
      return make(
        .notAuthorised, .connect, .ask, "The broker wants a user name and password.",
        Causes(
          seen: seen,
          likely: [
            "it takes no certificate in their place", "the endpoint is that of another broker",
          ]),
        remedy: "Set the broker to go by certificates, or correct the endpoint.")
    case 5:
      return make(
        .notAuthorised, .connect, .ask, "The broker does not let “\(clientID)” in.",
        Causes(
          seen: seen,
          likely: [
            "the certificate's policy does not allow \(permission)",
            "the certificate is inactive or belongs to another thing",
          ]),
        remedy: "Use the thing's name as the client id, and the files from its newest zip.")
    case 7:
      return make(
        .notAuthorised, .connect, .ask, "AWS IoT does not let “\(clientID)” in.",
        Causes(
          seen: seen,
          likely: [
            "the certificate is inactive, revoked or not registered in this account and region",
            "its policy does not allow \(permission)",
          ]),
        remedy: "Check that thing and endpoint are of the same account and region; take the files "
          + "from the thing's newest zip.")
    default:
      return make(
        .malformed, .connect, .retrySlowly,
        "The broker refused CONNECT with the unknown code \(code).",
        cause: "MQTT 3.1.1 has no such code.", remedy: "Check that the endpoint is an MQTT broker.")
    }
  }
}
