package import Shadow
package import ShadowService

/// What a sandbox should be like.
package struct SandboxOptions: Sendable {
  /// Where its files go, absolute or relative to the working folder, and stay; nil for a temporary
  /// folder that goes with the sandbox.
  package var folder: String?
  /// Where the shadows are kept, absolute or relative to the working folder; nil for in memory
  /// only.
  package var stateFolder: String?
  /// Whether the batch is written as MIC's zip too, and where.
  package var zip: Zip?
  /// 1...65535, or nil for a free one.
  package var port: Int?
  /// Names of the things that get a certificate.
  package var things: [String]
  /// Whether the client id is forced to be the thing's name, as MIC's policy likely does, and
  /// whether AWS's limits on requests count (device-shadow spec 10.3).
  package var strict: Bool
  /// The kind of key that things get; nil for the kind that MIC's have as long as making them
  /// takes no more than a moment, and elliptic ones for a batch of more than ten.
  package var key: CertificateRequest.Key?
  /// How large a shadow may grow.
  package var limits: ShadowLimits
  /// Faults on demand, in the order in which they act.
  package var faults: [FaultRule]
  /// What all chance in the faults hangs on.
  package var seed: UInt64
  /// An existing folder for temporary ones.
  package var temporaryFolders: String
  /// Whether the files behind signed URLs are served; otherwise the URLs lead nowhere.
  package var servesFiles = true
  /// Milliseconds by which the clock of MIC's invoke service is ahead of this machine's.
  package var clockSkew: Int64 = 0

  package init(
    folder: String? = nil, stateFolder: String? = nil, port: Int? = nil,
    things: [String] = numberedThings(3),
    strict: Bool = false, key: CertificateRequest.Key? = nil,
    limits: ShadowLimits = ShadowLimits(), faults: [FaultRule] = [], seed: UInt64 = 0,
    temporaryFolders: String = "/tmp"
  ) {
    self.folder = folder
    self.stateFolder = stateFolder
    self.port = port
    self.things = things
    self.strict = strict
    self.key = key
    self.limits = limits
    self.faults = faults
    self.seed = seed
    self.temporaryFolders = temporaryFolders
  }

  /// Adds a fault on demand behind the others.
  ///
  /// - Parameter text: in the language that `FaultRule.parse` reads.
  /// - Throws: `FaultRuleError`, whose description points at the fault in the text.
  package mutating func addFault(_ text: String) throws(FaultRuleError) {
    faults.append(try FaultRule.parse(text))
  }

  /// Where the batch's zip goes.
  package enum Zip: Hashable, Sendable {
    /// Beside the folder of things, under the usual name.
    case inFolder
    /// At this path, absolute or relative to the working folder.
    case at(String)
  }

  var chosenKey: CertificateRequest.Key { key ?? (things.count > 10 ? .elliptic : .rsa2048) }

  /// Names as MIC gives them: `00000001` and on (mic-thing-api 1.2).
  package static func numberedThings(_ count: Int) -> [String] {
    (0..<max(0, count)).map { index in
      let digits = String(index + 1)
      return String(repeating: "0", count: max(0, 8 - digits.count)) + digits
    }
  }
}
