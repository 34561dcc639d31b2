import Sandbox
import TestSupport
import Testing

@Suite("The sandbox's faults on demand")
struct SandboxFaultTests {
  @Test("break what --fault says, and are told with the seed that they are drawn from")
  func faults() throws {
    let folder = try TemporaryFolder()
    let box = try SandboxProgram(
      in: folder.path("box"),
      ["--thing", "lamp1", "--fault", "answer=429 operation=update next=1", "--seed", "7"])
    try box.child.wait(for: "seed") { $0.errorText.contains("--seed 7") }
    let (status, output, errors) = try Program.run(["update"] + box.options("lamp1") + ["on=true"])
    #expect(status == 3)
    #expect(output.isEmpty)
    #expect(errors.contains("429 Too many requests"))
    #expect(try Program.run(["update"] + box.options("lamp1") + ["on=true"]).status == 0)
    try box.child.wait(for: "line") {
      $0.errorText.contains("fault 1, answer=429 operation=update next=1: $aws/things/lamp1/")
    }
  }

  @Test("change on the owner's word while the sandbox runs, and not on a thing's")
  func control() throws {
    let folder = try TemporaryFolder()
    let box = try SandboxProgram(
      in: folder.path("box"), ["--thing", "lamp1", "--quiet"])
    let status = try Subscription(
      to: ["shadowscope/sandbox/status"], as: box.batch.owner, of: box.batch, port: box.port)
    for (identity, code) in [(box.batch.thing("lamp1"), 401), (box.batch.owner, 500)] {
      try MosquittoClient.publish(
        #"{"clear":true,"add":["answer=\#(code) operation=get message=\"on demand\""]}"#,
        to: "shadowscope/sandbox/control", as: identity, of: box.batch, port: box.port)
    }
    #expect(try status.waitForMessages(1)[0].contains(#""rules":[{"id":1,"rule":"answer=500 "#))
    let get = try Program.run(["get"] + box.options("lamp1"))
    #expect(get.status == 3)
    #expect(get.errors.contains("500 on demand"))
    try MosquittoClient.publish(
      #"{"clear":[1]}"#, to: "shadowscope/sandbox/control", as: box.batch.owner, of: box.batch,
      port: box.port)
    #expect(try status.waitForMessages(2)[1].hasSuffix(#""rules":[]}"#))
    #expect(try Program.run(["get"] + box.options("lamp1")).status == 4)
  }

  @Test("are refused with a caret when they cannot be understood, before anything starts")
  func refused() throws {
    let run = try Program.run(["sandbox", "--fault", "drop kind=acepted"])
    #expect(run.status == 64)
    #expect(run.output.isEmpty)
    #expect(run.errors.contains("\ndrop kind=acepted\n          ^ this should be one or more of"))
  }

  @Test("a strict sandbox answers 429 to the request that is one too many")
  func strict() throws {
    let folder = try TemporaryFolder()
    let box = try SandboxProgram(
      in: folder.path("box"),
      ["--thing", "lamp1", "--strict", "--fault", "delay=600000 operation=get"])
    let answers = try Subscription(
      to: ["$aws/things/lamp1/shadow/+/rejected"], as: box.batch.owner, of: box.batch,
      port: box.port)
    try MosquittoClient.publish(
      "", to: "$aws/things/lamp1/shadow/get", as: box.batch.thing("lamp1"), of: box.batch,
      port: box.port, more: ["--repeat", "10"])
    try MosquittoClient.publish(
      "", to: "$aws/things/lamp1/shadow/delete", as: box.batch.thing("lamp1"), of: box.batch,
      port: box.port)
    #expect(try answers.waitForMessages(1)[0].contains(#"delete/rejected {"code":429,"#))
  }
}
