import Glibc
import JSON
import Sandbox
import TestSupport
import Testing

@Suite("invoke")
struct InvokeTests {
  @Test("time tells how the clocks stand, and the round trip", arguments: [[], ["--plain"]])
  func time(_ options: [String]) throws {
    let sandbox = try TestSandbox()
    let before = Int64(Glibc.time(nil)) * 1000
    let (status, output, errors) = try Program.run(
      ["invoke", "time"] + sandbox.options + options)
    #expect(status == 0)
    let reading = try #require(JSONParser.parse(output.utf8).object)
    let time = try #require(reading["timeEpoch"]?.integer)
    #expect((before...before + 30_000).contains(time))
    let (skew, uncertainty) = (reading["clockSkewMs"]?.integer, reading["uncertaintyMs"]?.integer)
    #expect(try abs(#require(skew)) <= #require(uncertainty) + 1)
    #expect(errors.contains("This machine's clock"))
    #expect(output.split(separator: "\n").count == 1)
  }

  @Test(
    "gives a URL, and masks what signs it unless it is asked for",
    arguments: [("upload", "PUT"), ("download", "GET")])
  func url(_ command: String, _ method: String) throws {
    let sandbox = try TestSandbox()
    for plain in [[], ["--plain"]] {
      let log = sandbox.batch.path + "/log\(plain.count)"
      let masked = try Program.run(
        ["invoke", command, "a/f.bin", "--verbose", "--log-file", log] + sandbox.options + plain)
      #expect(masked.status == 0)
      let line = try #require(JSONParser.parse(masked.output.utf8).object)
      #expect(line["method"] == .string(method))
      #expect(line["validSeconds"] == 300)
      let url = try #require(line["url"]?.string)
      #expect(url.hasPrefix("https://files.sandbox.invalid/things/lamp1/a/f.bin?"))
      #expect(url.hasSuffix("X-Amz-Signature=***"))
      #expect(masked.errors.contains("--show-url"))
      #expect(!masked.errors.contains("Signature"))

      let shown = try Program.run(
        ["invoke", command, "a/f.bin", "--show-url", "--verbose"] + sandbox.options + plain)
      let whole = try #require(JSONParser.parse(shown.output.utf8).object?["url"]?.string)
      #expect(whole.contains("X-Amz-Signature=") && !whole.contains("***"))
      #expect(!shown.errors.contains("X-Amz"))
    }
  }

  @Test("call calls any function, and masks URLs as well")
  func call() throws {
    let sandbox = try TestSandbox()
    let time = try Program.run(
      ["invoke", "call", "GetIdentifiedCurrentTimeEpoch", #"{"id":7}"#] + sandbox.options)
    #expect(time.status == 0)
    #expect(try JSONParser.parse(time.output.utf8).object?["answer"]?.object?["id"] == 7)
    let url = try Program.run(
      ["invoke", "call", "GetSignedUrl", #"{"Key":"f","Operation":"getObject"}"#]
        + sandbox.options)
    #expect(url.status == 0)
    #expect(
      try JSONParser.parse(url.output.utf8).object?["raw"]?.string?.hasSuffix("=***") == true)
  }

  @Test(
    "explains a refusal",
    arguments: [
      (["call", "Sing"], "UnknownFunction: No such function"),
      (["call", "GetSignedUrl", "{}"], "InvalidArgument: Key is missing"),
      (["upload", "../f"], "InvalidArgument: Key must name a file"),
      (["download", ""], "InvalidArgument: Key must name a file"),
    ])
  func refusal(_ arguments: [String], _ words: String) throws {
    let sandbox = try TestSandbox()
    let run = try Program.run(["invoke"] + arguments + sandbox.options)
    #expect(run.status == 3)
    #expect(run.output.isEmpty)
    #expect(run.errors.contains(words))
  }

  @Test(
    "does not call what may write on a read-only connection, unless it is told to",
    arguments: [
      (["upload", "f"], true), (["call", "GetCurrentTimeEpoch"], true), (["download", "f"], false),
    ])
  func readOnly(_ arguments: [String], _ mayWrite: Bool) throws {
    let sandbox = try TestSandbox()
    let folder = try TemporaryFolder()
    try folder.write("[profiles.rig]\nread-only = true\n", to: "config.toml")
    let settings = ["--config", folder.path("config.toml"), "--profile", "rig"]
    let all = ["invoke"] + arguments + sandbox.options + settings
    let run = try Program.run(all)
    #expect(run.status == (mayWrite ? 64 : 0))
    #expect(run.errors.contains("this connection is read-only") == mayWrite)
    if mayWrite { #expect(try Program.run(all + ["--no-read-only"]).status == 0) }
  }

  @Test("ends with 75 where no answer comes")
  func silence() throws {
    // A broker without any service.
    let broker = try TestBroker()
    let run = try Program.run([
      "invoke", "time", "--timeout", "50ms", "--thing-dir", broker.batch.thing("lamp1").path,
      "--endpoint", "localhost:\(broker.port)",
    ])
    #expect(run.status == 75)
    #expect(run.output.isEmpty)
    #expect(run.errors.contains("did not answer within 50ms"))
  }

  @Test("explains what is wrong before it connects")
  func malformed() throws {
    let thing = ["--thing-dir", "/nowhere", "--endpoint", "localhost:1"]
    let json = try Program.run(["invoke", "call", "Sing", "{id:1}"] + thing)
    #expect(json.status == 65)
    #expect(json.errors.contains("^ expected a key in double quotes"))
    #expect(try Program.run(["invoke", "sing"] + thing).status == 64)
    #expect(try Program.run(["invoke", "upload"] + thing).status == 64)
    #expect(try Program.run(["invoke", "time", "--timeout", "5"] + thing).status == 64)
    #expect(try Program.run(["invoke", "time"]).status == 64)
  }
}
