import JSON
import Shadow

func json(_ text: String) throws -> JSONValue { try JSONParser.parse(text) }

/// The members of what is written as a JSON object.
func object(_ text: String) throws -> JSONObject {
  try json(text).object ?? JSONObject()
}

func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

extension Publication {
  var text: String { String(decoding: payload, as: UTF8.self) }
}
