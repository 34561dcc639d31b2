import Thing

extension LinkConfiguration {
  /// How the sandbox's own clients reach its broker.
  ///
  /// - Throws: `SandboxError.serviceFailed` if the files in the folder cannot be used.
  static func loopback(
    _ batch: BatchFolder, port: Int, as identity: IdentityFolder, clientID: String,
    filters: [String]
  ) throws(SandboxError) -> LinkConfiguration {
    do throws(CredentialError) {
      return LinkConfiguration(
        // The address, not the name: nothing here depends on how the machine resolves names.
        endpoint: Endpoint(host: "127.0.0.1", port: UInt16(clamping: port)),
        credentials: try Credentials.load(ThingFolder(path: identity.path)),
        trust: try Trust.find(given: batch.authority), clientID: clientID, filters: filters)
    } catch {
      throw .serviceFailed(reason: "\(error.what) \(error.cause)")
    }
  }
}
