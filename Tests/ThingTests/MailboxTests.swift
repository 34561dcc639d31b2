import Glibc
import Testing
import Thing

@Suite("A mailbox")
struct MailboxTests {
  private func isReadable(_ mailbox: Mailbox<Int>) -> Bool {
    var source = pollfd(fd: mailbox.descriptor, events: Int16(POLLIN), revents: 0)
    return poll(&source, 1, 0) == 1
  }

  @Test("wakes its reader, hands out everything in order, and is quiet then, again and again")
  func order() {
    let mailbox = Mailbox<Int>()
    #expect(mailbox.isOpen)
    #expect(!isReadable(mailbox))
    for first in [1, 100] {
      for value in first..<first + 50 { mailbox.post(value) }
      #expect(isReadable(mailbox))
      #expect(mailbox.collect() == Array(first..<first + 50))
      #expect(!isReadable(mailbox))
      #expect(mailbox.collect().isEmpty)
    }
  }
}
