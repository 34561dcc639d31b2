import Sandbox
import ShadowService
import Thing

/// What all requests share.
final class Shelf: Sendable {
  let signer: URLSigner
  let files: StoredFiles

  init(signer: URLSigner, files: StoredFiles) { (self.signer, self.files) = (signer, files) }
}

/// One request and its answer; one thread uses it.
final class Exchange {
  /// What the library is to do.
  enum Step {
    /// Go on, there is more to come.
    case more
    /// Send a file, whose descriptor is handed over.
    case file(descriptor: CInt, size: Int)
    /// Send words, or nothing, with a status of HTTP.
    case words(status: Int, [UInt8])
  }

  private enum State {
    case begun
    case storing(StoredFiles.Unfinished, FileGrant)
    /// The rest of the body is thrown away: a client that is cut off while it sends may lose the
    /// answer.
    case refused(FileRefusal)
    case over
  }

  private let target: String
  private let shelf: Shelf
  private var state = State.begun
  private var subject = "-"

  /// - Parameters:
  ///   - target: path and query as they came.
  ///   - shelf: what all requests share.
  init(target: String, _ shelf: Shelf) { (self.target, self.shelf) = (target, shelf) }

  /// Takes the request's head, a part of its body, or the end of its body.
  ///
  /// - Parameters:
  ///   - method: of HTTP.
  ///   - part: empty for head and end.
  ///   - clientWaits: whether the client sends its body only when it is told to.
  /// - Returns: what is to be done.
  func go(on method: String, _ part: UnsafeRawBufferPointer, clientWaits: Bool) -> Step {
    switch state {
    case .begun:
      let verdict = judge(method)
      switch verdict {
      case .failure(let refusal):
        if clientWaits { return answer(refusal, method) }
        state = .refused(refusal)
        return .more
      case .success(let grant): return begin(grant, method)
      }
    case .storing(let file, let grant):
      guard !part.isEmpty else { return finish(file, grant, method) }
      guard file.count + part.count <= StoredFiles.largest else {
        state = .refused(.tooLarge)
        return .more
      }
      do throws(FileError) { try file.write(part) } catch { state = .refused(.failed(error)) }
      return .more
    case .refused(let refusal): return part.isEmpty ? answer(refusal, method) : .more
    case .over: return .more
    }
  }

  private func judge(_ method: String) -> Result<FileGrant, FileRefusal> {
    guard let operation = FileGrant.Operation.allCases.first(where: { $0.method == method }) else {
      return .failure(.wrongMethod)
    }
    let verdict = shelf.signer.verdict(
      on: operation, target: target, at: Clock.wallMilliseconds / 1000)
    if let refusal = FileRefusal(verdict) { return .failure(refusal) }
    guard case .granted(let grant) = verdict else { return .failure(.wrongMethod) }
    subject = "\(grant.thing) \(grant.key)"
    return .success(grant)
  }

  private func begin(_ grant: FileGrant, _ method: String) -> Step {
    switch grant.operation {
    case .get:
      guard let (descriptor, size) = shelf.files.open(grant) else {
        return answer(.noSuchKey(grant.key), method)
      }
      state = .over
      tell(method, 200, size)
      return .file(descriptor: descriptor, size: size)
    case .put:
      do throws(FileError) {
        state = .storing(try shelf.files.begin(grant), grant)
      } catch {
        state = .refused(.failed(error))
      }
      return .more
    }
  }

  private func finish(
    _ file: StoredFiles.Unfinished, _ grant: FileGrant, _ method: String
  ) -> Step {
    do throws(FileError) { try file.finish() } catch { return answer(.failed(error), method) }
    state = .over
    tell(method, 200, file.count)
    return .words(status: 200, [])
  }

  private func answer(_ refusal: FileRefusal, _ method: String) -> Step {
    state = .over
    tell(method, refusal.status, nil)
    return .words(status: refusal.status, refusal.body)
  }

  /// Nothing of the query, which is secret.
  private func tell(_ method: String, _ status: Int, _ bytes: Int?) {
    let size = bytes.map { " \($0) B" } ?? ""
    let words = "\(subject) \(method) \(status)\(size)"
    // A key may hold line feeds; the line must stay one.
    say(
      String(
        String.UnicodeScalarView(
          words.unicodeScalars.map { $0.value < 32 || $0.value == 127 ? "\u{FFFD}" : $0 })))
  }
}
