package import JSON

/// One value of `tcxn`, which MIC keeps for what it knows of a thing itself (mic-thing-api 1.5).
package struct ThingFact: Sendable, Equatable {
  /// The values that are known, in the order in which a person looks for them.
  package enum Field: CaseIterable, Hashable, Sendable {
    case connectionStatus, battery, signal, cellularSignal, networkType, cellularNetworkType
    case firmware, address, iccid, imei, imsi
    /// Of a networked thing that is to be created; that it stands here is likely, not confirmed
    /// (mic-thing-api, L6).
    case thingType

    /// The keys below `tcxn`.
    package var keys: [String] {
      switch self {
      case .connectionStatus: ["connection_status"]
      case .battery: ["battery_level"]
      case .signal: ["rssi"]
      // Seen of things behind gateways, on no page of MIC's (item 30).
      case .cellularSignal: ["cellular", "rssi"]
      case .networkType: ["network_type"]
      case .cellularNetworkType: ["cellular", "network_type"]
      case .firmware: ["fw_ver"]
      case .address: ["ip_addr"]
      case .iccid: ["iccid"]
      case .imei: ["imei"]
      case .imsi: ["imsi"]
      case .thingType: ["thingType"]
      }
    }

    /// The way to it from a section on.
    package var path: JSONPath { JSONPath(keys: [ThingFact.key] + keys) }

    /// What people call it.
    package var name: String {
      switch self {
      case .connectionStatus: "status"
      case .battery: "battery"
      case .signal, .cellularSignal: "signal"
      case .networkType, .cellularNetworkType: "network"
      case .firmware: "firmware"
      case .address: "IP"
      case .iccid: "ICCID"
      case .imei: "IMEI"
      case .imsi: "IMSI"
      case .thingType: "thing type"
      }
    }

    /// Whether it names the SIM, the modem or where the thing is reached.
    package var isIdentity: Bool {
      switch self {
      case .iccid, .imei, .imsi, .address: true
      case .connectionStatus, .battery, .signal, .cellularSignal, .networkType,
        .cellularNetworkType, .firmware, .thingType:
        false
      }
    }
  }

  /// What `connection_status` tells; the raw value is its number.
  package enum Status: Int64, CaseIterable, Hashable, Sendable {
    case offline, connectedToMIC, fullyConnected

    package var words: String {
      switch self {
      case .offline: "offline"
      case .connectedToMIC: "connected to MIC only"
      case .fullyConnected: "fully connected"
      }
    }
  }

  /// What a value means.
  package enum Meaning: Sendable, Equatable {
    case status(Status)
    /// 0 to 100, as it was written.
    case percent(JSONNumber)
    /// A number whose unit no page of MIC's tells.
    case number(JSONNumber)
    case text(String)
    case malformed(Fault)
  }

  /// Why MIC can make nothing of a value.
  package enum Fault: Hashable, Sendable {
    case notStatus, notPercent, notNumber, notText

    /// What is wanted instead, as the rest of a sentence.
    package var words: String {
      switch self {
      case .notStatus: "wants 0, 1 or 2"
      case .notPercent: "wants 0 to 100 per cent"
      case .notNumber: "wants a number"
      case .notText: "wants a text"
      }
    }
  }

  /// The key of the object at the top of a section.
  package static let key = "tcxn"
  /// The key of a place (mic-thing-api 1.5); nothing that a `tcxn` has.
  package static let placeKey = "latlng"

  package let field: Field
  /// As it was reported.
  package let value: JSONValue
  package let meaning: Meaning

  /// - Parameters:
  ///   - field: which one.
  ///   - value: what stands there.
  package init(_ field: Field, _ value: JSONValue) {
    (self.field, self.value) = (field, value)
    meaning = Self.meaning(of: field, value)
  }

  /// The values that the members of a `tcxn` have, in the order of the fields.
  package static func facts(in tcxn: JSONObject) -> [ThingFact] {
    Field.allCases.compactMap { field in
      JSONValue.object(tcxn)[JSONPath(keys: field.keys)].map { ThingFact(field, $0) }
    }
  }

  private static func meaning(of field: Field, _ value: JSONValue) -> Meaning {
    switch field {
    case .connectionStatus:
      return value.integer.flatMap(Status.init).map(Meaning.status) ?? .malformed(.notStatus)
    case .battery, .signal:
      guard let number = value.number, !number.isNegative, !(JSONNumber(100) < number) else {
        return .malformed(.notPercent)
      }
      return .percent(number)
    case .cellularSignal: return value.number.map(Meaning.number) ?? .malformed(.notNumber)
    case .networkType, .cellularNetworkType, .firmware, .address, .iccid, .imei, .imsi:
      // A number in its place would lose leading zeros on the way.
      return value.string.map(Meaning.text) ?? .malformed(.notText)
    case .thingType:
      return value.string.map(Meaning.text) ?? value.number.map(Meaning.number)
        ?? .malformed(.notText)
    }
  }
}
