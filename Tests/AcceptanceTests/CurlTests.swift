import Shadow
import Testing

@testable import shadowscope

@Suite("What curl is told, and what it tells")
struct CurlTests {
  private func request(_ url: String, _ direction: CurlRequest.Direction = .download) -> CurlRequest
  {
    CurlRequest(url: url, direction: direction, authority: nil, showsProgress: false)
  }

  @Test("stands in quotes, line by line, whatever the names are")
  func quoting() {
    let lines = request("https://h/a?b", .upload("/x \"y\"\\z\n--output /etc/passwd"))
      .configuration.split(separator: "\n")
    #expect(lines.first == #"url = "https://h/a?b""#)
    #expect(lines.last == #"upload-file = "/x \"y\"\\z\n--output /etc/passwd""#)
    #expect(lines.contains(#"proto = "=https""#))
    #expect(lines.contains("no-location"))
    #expect(lines.contains("globoff"))
    #expect(!lines.contains { $0.hasPrefix("cacert") || $0.hasPrefix("insecure") })
  }

  @Test(
    "takes only this machine for this machine",
    arguments: [
      ("https://localhost:8443/x", true), ("https://127.0.0.1/x", true), ("https://[::1]:1/", true),
      ("https://LOCALHOST?x", true), ("https://localhost.example.com/", false),
      ("https://localhost@example.com/", false), ("https://example.com/localhost", false),
      ("https://example.com?https://localhost/", false), ("https://u:localhost@[::1]/", true),
    ])
  func loopback(_ url: String, _ isLoopback: Bool) {
    #expect(request(url).isLoopback == isLoopback)
  }

  @Test("is read without its progress, and what signs a URL is masked")
  func outcome() {
    let errors =
      "\r####     45.3%\r#### 100.0%\n"
      + "curl: (56) Broken at https://h/x?X-Amz-Date=1&X-Amz-Signature=abc\n"
      + "@shadowscope 403 7 120\n"
    let outcome = CurlOutcome(exit: 56, errors: Array(errors.utf8))
    #expect(outcome.status == 403)
    #expect((outcome.uploaded, outcome.downloaded) == (7, 120))
    #expect(outcome.words.hasPrefix("Broken at https://h/x?"))
    #expect(!outcome.words.contains("abc"))
    #expect(outcome.isTransient && !outcome.isSuccess)
  }

  @Test(
    "is begun again only where that may help",
    arguments: [
      (0, 200, false), (0, 403, false), (0, 503, true), (18, 200, true), (28, 0, true),
      (60, 0, false), (23, 200, false), (nil, 0, false),
    ] as [(Int?, Int, Bool)])
  func transience(_ exit: Int?, _ status: Int, _ isTransient: Bool) {
    let outcome = CurlOutcome(exit: exit, errors: Array("@shadowscope \(status) 0 0\n".utf8))
    #expect(outcome.isTransient == isTransient)
    #expect(outcome.isSuccess == (exit == 0 && status == 200))
  }

  @Test(
    "tells how far it is",
    arguments: [
      ("", nil), ("\r#####      45.3%", 453), ("\r## 1.7%\r#### 100.0%", 1000), ("\r#=O=-", nil),
      ("\r## 1.7%\r###", 17), ("curl: (7) no", nil),
    ] as [(String, Int?)])
  func progress(_ text: String, _ thousandths: Int?) {
    #expect(CurlProgress.thousandths(in: text) == thousandths)
  }

  @Test(
    "is put into words, and a status",
    arguments: [
      (0, 404, "<Code>NoSuchKey</Code>", 66, "There is no file"),
      (
        0, 403, "<Code>AccessDenied</Code><Message>Request has expired</Message>", 77,
        "had expired"
      ),
      (0, 403, "<Code>SignatureDoesNotMatch</Code>", 77, "signature"),
      (0, 403, "<Code>AccessDenied</Code>", 77, "refused"),
      (0, 307, "", 76, "not followed"), (0, 500, "", 69, "failed"),
      (60, 0, "", 76, "TLS"), (6, 0, "", 68, "resolve"),
      (7, 0, "", 69, "Nothing answers"), (28, 0, "", 69, "broke off"),
      (23, 200, "", 73, "no room left"), (99, 0, "", 1, "status 99"),
    ])
  func words(
    _ exit: Int, _ status: Int, _ answer: String, _ expected: Int, _ what: String
  ) {
    let failure = TransferFailure(
      CurlOutcome(exit: exit, errors: Array("@shadowscope \(status) 0 0\n".utf8)),
      answer: Array(answer.utf8), key: "k", operation: .get, isLoopback: false, isDiskFull: true
    ).words
    #expect(Int(failure.status.rawValue) == expected)
    #expect(failure.what.contains(what))
  }
}
