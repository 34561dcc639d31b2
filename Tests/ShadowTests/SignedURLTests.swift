import Shadow
import Testing

@Suite("What signs a URL")
struct SignedURLTests {
  @Test(
    "is masked wherever it stands",
    arguments: [
      (
        "https://h/k?X-Amz-Date=1&X-Amz-Signature=ab12",
        "https://h/k?X-Amz-Date=1&X-Amz-Signature=***"
      ),
      (
        "?X-Amz-Credential=AK%2F2024%2Faws4_request&X-Amz-Expires=300&X-Amz-Security-Token=xyz==",
        "?X-Amz-Credential=***&X-Amz-Expires=300&X-Amz-Security-Token=***"
      ),
      ("?x-amz-signature=AB&a=1", "?x-amz-signature=***&a=1"),
      (
        #"{"url":"https://h/k?X-Amz-Signature=ab","a":1}"#,
        #"{"url":"https://h/k?X-Amz-Signature=***","a":1}"#
      ),
      (
        #"{"body":"{\"url\":\"https:\\/\\/h?X-Amz-Signature=ab\"}"}"#,
        #"{"body":"{\"url\":\"https:\\/\\/h?X-Amz-Signature=***\"}"}"#
      ),
      (
        #"{"url":"h?a=1\u0026X-Amz-Signature\u003dab\u0026b=2"}"#,
        #"{"url":"h?a=1\u0026X-Amz-Signature\u003d***\u0026b=2"}"#
      ),
      (#"h?X-Amz-Credential=AK\/2024\/s3&b=1"#, "h?X-Amz-Credential=***&b=1"),
      ("u=h%3Fa%3D1%26X-Amz-Signature%3Dab%26b%3D2", "u=h%3Fa%3D1%26X-Amz-Signature%3D***%26b%3D2"),
      (
        "h?AWSAccessKeyId=AK&Expires=1&Signature=s%2Bg",
        "h?AWSAccessKeyId=***&Expires=1&Signature=***"
      ),
      ("h?Policy=p_&Signature=s~&Key-Pair-Id=K", "h?Policy=***&Signature=***&Key-Pair-Id=***"),
      ("h?a=1&amp;X-Amz-Signature=ab", "h?a=1&amp;X-Amz-Signature=***"),
      (
        "one h?X-Amz-Signature=ab two h?X-Amz-Signature=cd",
        "one h?X-Amz-Signature=*** two h?X-Amz-Signature=***"
      ),
      (
        "u=h%253Fa%253D1%2526X-Amz-Signature%253Da%252526b%2526b%253D2",
        "u=h%253Fa%253D1%2526X-Amz-Signature%253D***%2526b%253D2"
      ),
      ("h%25253FPolicy%25253Da%2526b", "h%25253FPolicy%25253D***"),
      (
        #"{"fields": {"key":"f","policy": "eyJ9","x-amz-signature" :"ab","X-Amz-Date":"1"}}"#,
        #"{"fields": {"key":"f","policy": "***","x-amz-signature" :"***","X-Amz-Date":"1"}}"#
      ),
      (
        #"{"AWSAccessKeyId":"AK","policy":"e\/","signature":"s\"t\\","a":"b"}"#,
        #"{"AWSAccessKeyId":"***","policy":"***","signature":"***","a":"b"}"#
      ),
      (
        #"{"body":"{\"x-amz-credential\": \"A\\\"K\\\\\",\"a\":\"b\"}"}"#,
        #"{"body":"{\"x-amz-credential\": \"***\",\"a\":\"b\"}"}"#
      ),
      (
        #"{"b":"{\"c\":\"{\\\"x-amz-signature\\\":\\\"ab\\\",\\\"d\\\":1}\"}"}"#,
        #"{"b":"{\"c\":\"{\\\"x-amz-signature\\\":\\\"***\\\",\\\"d\\\":1}\"}"}"#
      ),
      (#"{"x-amz-signature":"cut"#, #"{"x-amz-signature":"***"#),
    ])
  func masked(_ text: String, _ wanted: String) {
    let bytes = SignedURL.masking(Array(text.utf8))
    #expect(bytes.map { String(decoding: $0, as: UTF8.self) } == wanted)
  }

  @Test(
    "is left alone where there is none, and where it is masked already",
    arguments: [
      "", "{\"signature\":\"mine\"}", "{\"policy\":\"eco\",\"signature\":\"mine\"}",
      "{\"x-amz-signature\":1}", "{\"x-amz-signature\":\"***\"}", "{\"x-amz-signature\"", "\"",
      "%25", "%2526X-Amz-Signature%25", "?a=1&b=2", "?X-Amz-Signature", "?X-Amz-Signature=",
      "?X-Amz-Signature=***&a=1", "the policy=open", "%", "u00", "&X-Amz-Signature%3",
    ])
  func plain(_ text: String) { #expect(SignedURL.masking(Array(text.utf8)) == nil) }
}
