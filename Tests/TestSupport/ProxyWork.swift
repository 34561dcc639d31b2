import Dispatch
import Glibc
import Synchronization
import Thing

/// The thread's work of a ``FaultProxy``: one `poll` over everything.
struct ProxyWork {
  /// The listening socket; nil while nobody is to be let in.
  private var listener: CInt?
  private let holder: CInt
  private let port: Int
  private let brokerPort: Int
  /// Another port than the broker's.
  private var target: Int?
  private let orders: Mailbox<ProxyOrder>
  private let counts: ProxyCounts

  private var welcome = Welcome.pass
  /// What each connection begins with, by the raw value of the way.
  private var plan: [Fault] = [.pass, .pass]
  private var passages: [Passage] = []

  init(
    listener: CInt, holder: CInt, port: Int, brokerPort: Int, orders: Mailbox<ProxyOrder>,
    counts: ProxyCounts
  ) {
    self.listener = listener
    self.holder = holder
    self.port = port
    self.brokerPort = brokerPort
    self.orders = orders
    self.counts = counts
  }

  /// Works until it is told to stop.
  mutating func run() {
    var isOver = false
    while !isOver {
      wait()
      for order in orders.collect() {
        if case .stop = order.kind { isOver = true } else { obey(order.kind) }
        order.done?.signal()
      }
      for place in passages.indices {
        passages[place].work(counts, at: Clock.monotonicMilliseconds)
      }
      passages.removeAll(where: \.isOver)
      counts.open.store(passages.count { !$0.isLeaving }, ordering: .relaxed)
    }
    for place in passages.indices { passages[place].closeAll() }
    if let listener { close(listener) }
    close(holder)
  }

  private mutating func obey(_ order: ProxyOrder.Kind) {
    switch order {
    case .welcome(let welcome):
      self.welcome = welcome
      if welcome == .refuse {
        if let listener { close(listener) }
        listener = nil
      } else {
        listen()
      }
    case .redirect(let port): target = port
    case .plan(let fault, let way): plan[way.rawValue] = fault
    case .apply(let fault, let way):
      for place in passages.indices { passages[place].apply(fault, way) }
    case .cut(let cut): for place in passages.indices { passages[place].end(cut) }
    case .heal:
      welcome = .pass
      target = nil
      plan = [.pass, .pass]
      for place in passages.indices {
        for way in Way.allCases { passages[place].apply(.pass, way) }
      }
      listen()
    case .stop: break
    }
  }

  private mutating func listen() {
    // Where this fails nobody comes in, and the test tells.
    if listener == nil { listener = try? LoopbackSocket.listener(on: port) }
  }

  /// Sleeps until something can be done, and takes in whoever comes.
  private mutating func wait() {
    var sources = [
      pollfd(fd: orders.descriptor, events: Int16(POLLIN), revents: 0),
      pollfd(fd: listener ?? -1, events: Int16(POLLIN), revents: 0),
    ]
    for passage in passages { sources += passage.sources }
    let now = Clock.monotonicMilliseconds
    let due = passages.compactMap(\.due).min().map { CInt(clamping: max(0, $0 - now)) } ?? -1
    guard poll(&sources, nfds_t(sources.count), due) > 0 else { return }
    for place in passages.indices {
      passages[place].ready = [sources[2 + 2 * place].revents, sources[3 + 2 * place].revents]
    }
    if sources[1].revents != 0 { accept() }
  }

  private mutating func accept() {
    guard let listener else { return }
    let client = Glibc.accept(listener, nil, nil)
    guard client >= 0 else { return }
    _ = fcntl(client, F_SETFD, FD_CLOEXEC)
    counts.accepted.add(1, ordering: .relaxed)
    switch welcome {
    case .pass, .refuse:
      guard let broker = LoopbackSocket.connected(to: target ?? brokerPort) else {
        return Self.reset(client)
      }
      passages.append(Passage(client: client, broker: broker, plan: plan))
    case .silence: passages.append(Passage(client: client, broker: nil, plan: [.hold, .hold]))
    case .cut(.reset): Self.reset(client)
    case .cut(.end):
      var passage = Passage(client: client, broker: nil, plan: plan)
      passage.end(.end)
      passages.append(passage)
    }
  }

  fileprivate static func reset(_ descriptor: CInt) {
    var linger = linger(l_onoff: 1, l_linger: 0)
    setsockopt(
      descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<Glibc.linger>.size))
    close(descriptor)
  }
}

/// One connection through a proxy: the client's socket and the broker's.
private struct Passage {
  /// By the raw value of the way that bytes take from it; negative once it is closed.
  private var sockets: [CInt]
  private var flows: [Flow]
  /// What `poll` said of the sockets.
  var ready: [Int16] = [0, 0]
  /// Whether it has ended, and waits for the other sides to see it.
  private(set) var isLeaving = false

  init(client: CInt, broker: CInt?, plan: [Fault]) {
    sockets = [client, broker ?? -1]
    flows = plan.map { fault in
      var flow = Flow()
      flow.fault = fault
      return flow
    }
    for socket in sockets where socket >= 0 {
      _ = fcntl(socket, F_SETFL, O_NONBLOCK)
      var yes: CInt = 1
      setsockopt(socket, CInt(IPPROTO_TCP), TCP_NODELAY, &yes, socklen_t(MemoryLayout<CInt>.size))
    }
  }

  var isOver: Bool { sockets.allSatisfy { $0 < 0 } }
  var due: Int64? { isLeaving ? nil : flows.compactMap(\.due).min() }

  /// What `poll` is to wait for, two sources.
  var sources: [pollfd] {
    Way.allCases.map { way in
      let back = 1 - way.rawValue
      var events: Int16 = 0
      if isLeaving || flows[way.rawValue].wantsMore { events |= Int16(POLLIN) }
      if !isLeaving, !flows[back].ready.isEmpty, flows[back].fault != .hold {
        events |= Int16(POLLOUT)
      }
      // Without a wish not even for its end, which poll tells unasked, again and again.
      return pollfd(fd: events == 0 ? -1 : sockets[way.rawValue], events: events, revents: 0)
    }
  }

  mutating func apply(_ fault: Fault, _ way: Way) {
    guard !isLeaving else { return }
    flows[way.rawValue].fault = fault
    if let cut = flows[way.rawValue].begin() { end(cut) }
  }

  /// Moves bytes on.
  mutating func work(_ counts: ProxyCounts, at now: Int64) {
    for way in Way.allCases where ready[way.rawValue] != 0 {
      if isLeaving { drain(way) } else { read(way, at: now) }
    }
    ready = [0, 0]
    guard !isLeaving else { return }
    for way in Way.allCases where flows[way.rawValue].fault != .hold {
      flows[way.rawValue].passTime(to: now)
      write(way, counts)
    }
  }

  /// Ends both connections.
  mutating func end(_ cut: Cut) {
    guard !isLeaving else { return }
    switch cut {
    case .reset: closeAll()
    case .end:
      // Closing at once would reset where something is unread.
      for socket in sockets where socket >= 0 { shutdown(socket, CInt(SHUT_WR)) }
    }
    isLeaving = true
  }

  /// Resets what is still open, without waiting for anybody.
  mutating func closeAll() {
    for place in sockets.indices where sockets[place] >= 0 {
      ProxyWork.reset(sockets[place])
      sockets[place] = -1
    }
  }

  private mutating func read(_ way: Way, at now: Int64) {
    guard flows[way.rawValue].wantsMore, sockets[way.rawValue] >= 0 else { return }
    var bytes = [UInt8](repeating: 0, count: 65_536)
    let count = Glibc.read(sockets[way.rawValue], &bytes, bytes.count)
    if count > 0 {
      let cut = flows[way.rawValue].take(Array(bytes[..<count]), at: now)
      if let cut {
        flush(way)
        end(cut)
      }
    } else if count == 0 {
      flush(way)
      end(.end)
    } else if errno != EAGAIN && errno != EINTR {
      end(.reset)
    }
  }

  private mutating func write(_ way: Way, _ counts: ProxyCounts) {
    let socket = sockets[1 - way.rawValue]
    guard socket >= 0, !flows[way.rawValue].ready.isEmpty else { return }
    let bytes = flows[way.rawValue].ready
    let count = send(socket, bytes, bytes.count, CInt(MSG_NOSIGNAL))
    if count > 0 {
      flows[way.rawValue].written(count)
      if way == .toClient { counts.bytesToClients.add(count, ordering: .relaxed) }
    } else if errno != EAGAIN && errno != EINTR {
      end(.reset)
    }
  }

  /// Hands on what may still be handed on before the end, as far as the socket takes it.
  private mutating func flush(_ way: Way) {
    let bytes = flows[way.rawValue].ready
    let socket = sockets[1 - way.rawValue]
    guard !bytes.isEmpty, socket >= 0 else { return }
    let count = send(socket, bytes, bytes.count, CInt(MSG_NOSIGNAL))
    if count > 0 { flows[way.rawValue].written(count) }
  }

  /// Reads what nobody wants any more, until the other side has closed too.
  private mutating func drain(_ way: Way) {
    guard sockets[way.rawValue] >= 0 else { return }
    var bytes = [UInt8](repeating: 0, count: 65_536)
    let count = Glibc.read(sockets[way.rawValue], &bytes, bytes.count)
    guard count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR) else { return }
    close(sockets[way.rawValue])
    sockets[way.rawValue] = -1
  }
}
