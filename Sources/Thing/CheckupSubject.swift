/// What is to be checked: as much as is known of a connection.
package struct CheckupSubject: Sendable {
  /// Where the thing's files are, or why no folder can be told; nil if none was named.
  package var folder: Result<ThingFolder, CredentialError>?
  /// The batch that the thing was picked from, if it was.
  package var batchFolder: String?
  /// The CA file that was named.
  package var authority: String?
  /// As typed; nil or empty if none was given.
  package var endpoint: String?
  /// nil for the name of the thing that the certificate is of.
  package var clientID: String?
  /// nil for the classic shadow.
  package var shadow: String?
  /// A key that was opened before: if it fits the certificate, no passphrase is needed again.
  package var opened: PrivateKey?
  /// Where the system keeps its certificates.
  package var system = SystemStore.standard
  package var deadlines = Deadlines()
  /// The port that is tried where the endpoint's own is closed, and on which ALPN tells MQTT from
  /// HTTPS; 443 but in tests.
  package var secondPort = Endpoint.applicationProtocolPort

  package init(
    folder: Result<ThingFolder, CredentialError>? = nil, batchFolder: String? = nil,
    authority: String? = nil, endpoint: String? = nil, clientID: String? = nil,
    shadow: String? = nil
  ) {
    self.folder = folder
    self.batchFolder = batchFolder
    self.authority = authority
    self.endpoint = endpoint
    self.clientID = clientID
    self.shadow = shadow
  }
}
