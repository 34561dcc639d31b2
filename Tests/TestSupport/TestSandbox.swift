package import Sandbox

/// A whole sandbox, broker and shadow service, in a folder of its own; it goes with the value.
///
/// The keys are elliptic, so that it starts in no time.
package struct TestSandbox: ~Copyable {
  /// Ports, files and names.
  package let running: RunningSandbox
  private let folder: TemporaryFolder

  /// Its files: `batch.authority`, `batch.thing("lamp1")`, `batch.owner`.
  package var batch: BatchFolder { running.batch }
  /// The port on 127.0.0.1 and, where there is one, ::1.
  package var port: Int { running.port }

  /// Starts it.
  ///
  /// - Parameters:
  ///   - things: names that get a certificate.
  ///   - strict: whether the client id is forced to be the thing's name.
  ///   - faults: rules for faults on demand, drawn with seed 1.
  ///   - servesFiles: whether the files behind signed URLs are served.
  ///   - clockSkew: milliseconds by which MIC's clock is ahead of this machine's.
  ///   - onEvent: told what happens, on threads of the sandbox.
  /// - Throws: `SandboxError`.
  package init(
    things: [String] = ["lamp1", "lamp2"], strict: Bool = false,
    faults: [String] = [], servesFiles: Bool = false, clockSkew: Int64 = 0,
    onEvent: @escaping @Sendable (SandboxEvent) -> Void = { _ in }
  ) throws {
    let folder = try TemporaryFolder()
    var options = SandboxOptions(
      folder: folder.path("sandbox"), things: things, strict: strict, key: .elliptic, seed: 1)
    options.servesFiles = servesFiles
    options.clockSkew = clockSkew
    for rule in faults { try options.addFault(rule) }
    running = try RunningSandbox.start(options, onEvent: onEvent)
    self.folder = folder
  }

  deinit { running.stop() }
}
