import Shadow
import ShadowService

/// The texts that tell mosquitto who may connect and who may do what.
struct BrokerConfiguration {
  /// The loopback addresses to listen on; nothing else can be listened on.
  enum Address: String {
    case version4 = "127.0.0.1"
    case version6 = "::1"
  }

  /// Whose files to use; mosquitto takes a value up to the end of its line, so a path may hold
  /// anything but a line break.
  var folder: BatchFolder
  var port: Int
  var addresses: [Address]
  /// Whether the client id is forced to be the certificate's name, as MIC's policy likely does.
  var strict: Bool
  /// The plug-in that lets a thing reach its networked things, or nil to do without.
  var plugin: String?
  /// As root mosquitto changes its user, and could then not read its own keys, and would lose the
  /// signal that ends it with its parent.
  var isRoot: Bool

  /// Bytes of a packet either way.
  ///
  /// More than a request may have, which the service judges: each null in a request comes back with
  /// a time, so an answer can be four times as long, and the broker cuts off whoever sends more.
  static let largestPacket = 1 << 20

  var text: String {
    let global = """
      allow_anonymous false
      acl_file \(folder.accessList)
      persistence false
      sys_interval 0
      set_tcp_nodelay true
      max_packet_size \(Self.largestPacket)
      max_inflight_messages 100
      max_queued_messages 10000
      log_dest stderr
      log_timestamp false

      """
    let user = isRoot ? "user root\n" : ""
    let listeners = addresses.map { address in
      """

      listener \(port) \(address.rawValue)
      cafile \(folder.authority)
      certfile \(folder.server.certificate)
      keyfile \(folder.server.privateKey)
      tls_version tlsv1.2
      require_certificate true
      use_identity_as_username true
      use_username_as_clientid \(strict)

      """
    }
    return (plugin.map(networking) ?? "") + global + user + listeners.joined()
  }

  /// Loads the plug-in; before the access list, which denies what it does not grant.
  private func networking(plugin: String) -> String {
    let rules =
      Self.requests(of: "+").map { "plugin_opt_write \($0)" }
      + Self.readable(of: "+").map { "plugin_opt_read \($0)" }
    return (["plugin \(plugin)"] + rules).map { "\($0)\n" }.joined()
  }

  /// Who may do what (spec 2.5, mic-thing-api 1.3).
  ///
  /// A pattern counts for every user, `%u` being the certificate's name. The topics of a networked
  /// thing, `PARENT__NAME`, cannot be said in a pattern, since mosquitto has no wild card within a
  /// level: they are the plug-in's part.
  /// mosquitto grants every subscription and withholds what may not be read at delivery.
  static var accessList: String {
    var lines = ["user \(BrokerIdentity.service)"]
    lines += ["topic readwrite $aws/things/+/shadow/#", "topic readwrite tcxn/things/#"]
    lines += ["topic readwrite $aws/things/+/jobs/#"]
    lines += ["topic read \(FaultControl.requests)", "topic write \(FaultControl.answers)"]
    lines += ["topic readwrite \(JobCreation.requests)/#", ""]
    lines += ["user \(BrokerIdentity.owner)"]
    lines += (requests(of: "+") + JobTopic.requestFilters(of: "+")).map { "topic write \($0)" }
    lines += ["topic read $aws/things/#", "topic read tcxn/things/#"]
    lines += ["topic write \(FaultControl.requests)", "topic read \(FaultControl.answers)"]
    lines += ["topic write \(JobCreation.requests)", "topic read \(JobCreation.requests)/#", ""]
    lines += (requests(of: "%u") + JobTopic.requestFilters(of: "%u")).map { "pattern write \($0)" }
    lines += (readable(of: "%u") + [JobTopic.prefix(of: "%u") + "#"]).map { "pattern read \($0)" }
    lines += [""]
    return lines.joined(separator: "\n")
  }

  /// What a thing may receive; jobs are for things with a certificate of their own.
  private static func readable(of thing: String) -> [String] {
    ["$aws/things/\(thing)/shadow/#", "tcxn/things/\(thing)/#"]
  }

  /// All topics on which something can be asked for a thing, jobs apart.
  private static func requests(of thing: String) -> [String] {
    let addresses = [ShadowAddress(thing: thing), ShadowAddress(thing: thing, shadow: "+")]
    return addresses.flatMap { address in
      ShadowOperation.allCases.map { address.topic(.request($0)) }
    } + MICTopic.allCases.filter(\.isRequest).map { $0.topic(of: thing) }
  }
}
