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

  @Test("wakes its reader once for what was posted quietly, and not for what was collected since")
  func quiet() {
    let mailbox = Mailbox<Int>()
    mailbox.ring()
    #expect(!isReadable(mailbox))
    mailbox.postQuietly(1)
    mailbox.postQuietly(2)
    #expect(!isReadable(mailbox))
    mailbox.ring()
    #expect(isReadable(mailbox))
    #expect(mailbox.collect() == [1, 2])
    mailbox.ring()
    #expect(!isReadable(mailbox))
    mailbox.postQuietly(3)
    #expect(mailbox.collect() == [3])
    mailbox.ring()
    #expect(!isReadable(mailbox))
  }
}
