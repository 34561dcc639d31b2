import Glibc

/// Gives the terminal back when the process dies of its own fault.
///
/// Swift traps arrive as SIGILL or SIGTRAP; SIGQUIT asks for a trace on purpose. After the terminal is in order again the earlier
/// handler runs, so that a trace is printed where it can be read.
enum CrashRestore {
  /// Arms the handlers; called once the leave sequences are known and before the first frame.
  ///
  /// - Parameters:
  ///   - descriptor: the terminal.
  ///   - leave: what makes the terminal leave the screen.
  ///   - modes: the modes before the screen was opened.
  static func arm(descriptor: CInt, leave: [UInt8], modes: termios) {
    // Neither is given back: a handler on another thread may still be reading them.
    let bytes = UnsafeMutablePointer<UInt8>.allocate(capacity: max(1, leave.count))
    bytes.initialize(from: leave, count: leave.count)
    state.pointee = CrashState(
      descriptor: descriptor, leave: bytes, count: leave.count, modes: modes)
    prepareStack()
    for (index, number) in numbers.enumerated() {
      var action = sigaction()
      action.__sigaction_handler.sa_handler = giveBack
      action.sa_flags = SA_ONSTACK
      sigaction(number, &action, &earlier[index])
    }
  }

  /// Puts the earlier handlers back.
  static func disarm() {
    guard state.pointee.descriptor >= 0 else { return }
    state.pointee.descriptor = -1
    for (index, number) in numbers.enumerated() { sigaction(number, &earlier[index], nil) }
  }

  /// A stack overflow leaves no room for a handler on the stack it happened on.
  private static func prepareStack() {
    var old = stack_t()
    guard sigaltstack(nil, &old) == 0, old.ss_flags & CInt(SS_DISABLE) != 0 else { return }
    let size = 64 * 1024
    var stack = stack_t()
    stack.ss_sp = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 16)
    stack.ss_size = size
    sigaltstack(&stack, nil)
  }
}

private struct CrashState {
  var descriptor: CInt = -1
  var leave: UnsafePointer<UInt8>?
  var count = 0
  var modes = termios()
}

private let numbers = [SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGQUIT, SIGSEGV, SIGTRAP]

// A signal handler can be handed nothing, so what it needs is global, behind pointers that never
// change: written by `arm` before the handlers exist, only read by them.
private nonisolated(unsafe) let state: UnsafeMutablePointer<CrashState> = {
  let pointer = UnsafeMutablePointer<CrashState>.allocate(capacity: 1)
  pointer.initialize(to: CrashState())
  return pointer
}()
private nonisolated(unsafe) let earlier: UnsafeMutablePointer<sigaction> = {
  let pointer = UnsafeMutablePointer<sigaction>.allocate(capacity: numbers.count)
  pointer.initialize(repeating: sigaction(), count: numbers.count)
  return pointer
}()

private func giveBack(_ number: CInt) {
  if state.pointee.descriptor >= 0 {
    _ = write(state.pointee.descriptor, state.pointee.leave, state.pointee.count)
    tcsetattr(state.pointee.descriptor, TCSANOW, &state.pointee.modes)
  }
  for index in numbers.indices where numbers[index] == number {
    sigaction(number, &earlier[index], nil)
  }
  // It is blocked until this function returns, and then arrives where the fault was.
  raise(number)
}
