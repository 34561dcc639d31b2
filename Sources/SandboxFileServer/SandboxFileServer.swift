import Glibc
import Sandbox

/// Serves the files behind a sandbox's signed URLs until it is ended.
///
///     SandboxFileServer FOLDER
///
/// `FOLDER` is a filled batch folder. The first line that it prints tells the port; then comes a line
/// a request. Key, certificate and secret are files there that only their owner can read.
@main
struct SandboxFileServer {
  static func main() {
    guard CommandLine.arguments.count == 2 else {
      say("usage: SandboxFileServer FOLDER; a sandbox starts it by itself")
      exit(64)
    }
    do throws(ServingFault) {
      let server = try FileDaemon(BatchFolder(path: CommandLine.arguments[1]))
      say("\(FileServer.greeting)\(server.port)")
      // It serves as long as it lives.
      withExtendedLifetime(server) { while true { pause() } }
    } catch {
      say(error.words)
      exit(1)
    }
  }
}

/// Why files are not served.
struct ServingFault: Error {
  let words: String
}

/// Writes one line to whoever started this.
func say(_ line: String) {
  // In one piece: two threads may write at a time.
  let bytes = Array((line + "\n").utf8)
  _ = write(STDOUT_FILENO, bytes, bytes.count)
}
