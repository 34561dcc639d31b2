import Canvas
import Glibc
import Monitor
import Terminal
import Thing

/// The start screen on a real terminal: asks which thing to look at.
struct StartRun {
  /// What the person chose.
  enum Outcome {
    case open(path: String, name: String?, endpoint: String)
    case profile(String)
    case demo
    case quit
  }

  let look: ScreenLook
  let signals: Signals
  let state: RememberedState

  /// Runs until the person has chosen; what was typed stays in the screen.
  ///
  /// - Throws: `CommandFailure` if there is no terminal to run on.
  func run(_ start: inout StartScreen) throws(CommandFailure) -> Outcome {
    let mailbox = try Mailbox<BatchReading.Event>.open()
    let screen = try look.openScreen()
    defer { screen.close() }
    // Letting go of it ends it.
    var reading = start.batch.map { read($0, mailbox) }
    defer { reading?.cancel() }
    while true {
      screen.mouseCapture = look.takesMouse && start.takesMouse
      screen.present(view(start, in: screen.size))
      var sources = [screen.descriptor, mailbox.descriptor, signals.descriptor].map {
        pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
      }
      poll(&sources, nfds_t(sources.count), -1)
      for signal in signals.collect() {
        switch signal {
        case .windowChanged: screen.resize()
        case .terminate, .hangUp, .interrupt: return .quit
        case .stop: screen.stopUntilContinued()
        case .continued: screen.recover()
        }
      }
      for event in mailbox.collect() {
        start.take(event, state, at: Clock.wallMilliseconds)
      }
      while let key = screen.nextKey() {
        var request: StartScreen.Request?
        if case .mouse(let event) = key {
          request = start.follow(event, in: screen.size)
        } else {
          request = start.press(key)
        }
        switch request {
        case nil: break
        case .look(let path): start.found(Self.finding(at: Environment.expanding(path)))
        case .listThings(let batch): reading = read(Environment.expanding(batch), mailbox)
        case .open(let path, let name, let endpoint):
          return .open(path: Environment.expanding(path), name: name, endpoint: endpoint)
        case .openProfile(let name): return .profile(name)
        case .demo: return .demo
        case .quit: return .quit
        case .suspend: screen.stopUntilContinued()
        case .redraw: screen.redraw()
        }
      }
      if screen.isInputOver { return .quit }
    }
  }

  private func read(_ batch: String, _ mailbox: Mailbox<BatchReading.Event>) -> BatchReading {
    BatchReading(of: batch) { mailbox.post($0) }
  }

  /// What lies at a path, in words if it is nothing of use.
  static func finding(at path: String) -> StartScreen.Finding {
    if BatchEntry(of: ThingFolder(path: path)) != nil { return .thing }
    do throws(CredentialError) {
      _ = try Batch.list(path)
      return .batch
    } catch {
      return .nothing("\(error.what) \(error.cause) \(error.remedy)")
    }
  }
}

extension StartScreen {
  fileprivate mutating func take(
    _ event: BatchReading.Event, _ state: RememberedState, at now: Int64
  ) {
    switch event {
    case .entries(let entries):
      let things = entries.map {
        BatchThing($0, lastUsed: state.lastUsed($0.folder.thingName, at: endpoint))
      }
      list(things, isComplete: false, at: now)
    case .end, .failed: list([], isComplete: true, at: now)
    }
  }
}
