/// Bytes that grow at their end, with nothing shared and so nothing to check before a write.
struct ByteBuffer: ~Copyable {
  private var start: UnsafeMutablePointer<UInt8>
  private var capacity = 1024
  private var count = 0

  init() { start = .allocate(capacity: capacity) }

  deinit { start.deallocate() }

  /// A copy of the bytes.
  var bytes: [UInt8] { Array(UnsafeBufferPointer(start: start, count: count)) }

  /// The bytes as a text.
  var text: String {
    String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
  }

  mutating func append(_ byte: UInt8) {
    if count == capacity { grow(by: 1) }
    start[count] = byte
    count &+= 1
  }

  mutating func append(_ source: UnsafeRawBufferPointer) {
    guard let first = source.baseAddress else { return }
    if capacity &- count < source.count { grow(by: source.count) }
    UnsafeMutableRawPointer(start + count).copyMemory(from: first, byteCount: source.count)
    count &+= source.count
  }

  mutating func append(_ source: [UInt8]) { source.withUnsafeBytes { append($0) } }

  private mutating func grow(by more: Int) {
    let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: max(capacity * 2, count + more))
    larger.update(from: start, count: count)
    start.deallocate()
    start = larger
    capacity = max(capacity * 2, count + more)
  }
}
