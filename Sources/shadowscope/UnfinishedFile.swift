import Glibc
import Thing

/// A file that is being written beside the one that it becomes, or one without a name; given up, it
/// leaves nothing behind.
final class UnfinishedFile {
  /// Open for reading and writing.
  let descriptor: CInt
  private let target: String?
  private let output: OutputFile?
  private var isOver = false

  /// Begins one.
  ///
  /// - Parameter output: what it becomes.
  /// - Throws: `OutputFile.Fault`.
  init(becoming output: OutputFile) throws(OutputFile.Fault) {
    if let obstacle = output.obstacle { throw obstacle }
    // Of its own name in every process: two may write the same file.
    let target = "\(output.file).\(UInt64.random(in: .min ... .max)).part"
    descriptor = open(target, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw .system(errno) }
    (self.target, self.output) = (target, output)
  }

  /// Makes one without a name, which goes with the value.
  ///
  /// - Parameter folder: for temporary files.
  /// - Throws: `OutputFile.Fault`.
  init(in folder: String) throws(OutputFile.Fault) {
    var template = Array("\(folder)/shadowscope.XXXXXX".utf8CString)
    descriptor = mkstemp(&template)
    guard descriptor >= 0 else { throw .system(errno) }
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    unlink(template)
    (target, output) = (nil, nil)
  }

  deinit {
    close(descriptor)
    if !isOver, let target { unlink(target) }
  }

  /// Bytes in it.
  var size: Int {
    var status = stat()
    return fstat(descriptor, &status) == 0 ? Int(status.st_size) : 0
  }

  /// Whether the disk that it is on has no room left.
  var isDiskFull: Bool {
    var status = statvfs()
    return fstatvfs(descriptor, &status) == 0 && status.f_bavail == 0
  }

  /// Takes all out of it.
  func empty() {
    ftruncate(descriptor, 0)
    lseek(descriptor, 0, SEEK_SET)
  }

  /// The first bytes in it.
  func beginning(_ limit: Int) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: limit)
    let count = pread(descriptor, &bytes, limit, 0)
    return Array(bytes.prefix(max(0, count)))
  }

  /// Gives it its name when it is on the disk.
  ///
  /// - Returns: why that failed; nil if it is done, or if it is to have none.
  func finish() -> OutputFile.Fault? {
    guard let target, let output else { return nil }
    if fsync(descriptor) != 0 { return .system(errno) }
    if let code = output.place(target) { return code == EEXIST ? .exists : .system(code) }
    isOver = true
    // It is there; that its name outlives a loss of power is as much as can be asked.
    _ = Files.synchronizeNames(in: output.folder)
    return nil
  }

  /// Copies it to standard output.
  ///
  /// - Throws: `CommandFailure` when nobody reads any more, or with the system's words.
  func copyToOutput() throws(CommandFailure) {
    lseek(descriptor, 0, SEEK_SET)
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = read(descriptor, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return }
      if let error = Files.write(Array(buffer[..<count]), to: STDOUT_FILENO) {
        throw StandardStreams.failure(ofOutput: error)
      }
    }
  }
}
