import Recordings

/// A short recording of a thing named plant.
enum RecordedPlant {
  /// Half a second, in which a number changes and a member goes.
  static let text: String = {
    let header = RecordingHeader(thing: "plant", shadows: [nil], endpoint: nil, start: 1000)
    func line(_ time: Int64, _ topic: String, _ payload: String) -> [UInt8] {
      RecordedLine(
        time: time,
        .message(
          RecordedMessage(
            .incoming, topic: "$aws/things/plant/shadow/" + topic, payload: Array(payload.utf8)))
      ).bytes
    }
    let bytes =
      header.line
      + line(
        1000, "get/accepted",
        #"{"state":{"reported":{"a":1.50,"b":{"c":true}}},"metadata":{},"version":3,"timestamp":1}"#
      )
      + line(
        1500, "update/documents",
        #"{"previous":{"state":{},"version":3},"current":{"state":{"reported":{"a":2,"b":{}}},"#
          + #""metadata":{},"version":4},"timestamp":1}"#)
    return String(decoding: bytes, as: UTF8.self)
  }()
}
