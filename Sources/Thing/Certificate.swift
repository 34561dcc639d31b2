import COpenSSL
import Glibc

/// Owns one `X509`, or borrows one that OpenSSL owns.
///
/// It can be sent between threads: nothing changes it once it is parsed but OpenSSL itself, which
/// counts the references to it atomically and fills in what it found out under a lock.
package final class Certificate: @unchecked Sendable {
  package let pointer: OpaquePointer

  init(owning pointer: OpaquePointer) { self.pointer = pointer }

  /// Shares a certificate that somebody else also holds.
  init(sharing pointer: OpaquePointer) {
    X509_up_ref(pointer)
    self.pointer = pointer
  }

  deinit { X509_free(pointer) }

  /// The certificates in a PEM text, in order; other blocks and text between them are skipped.
  ///
  /// - Returns: nil if a certificate block is damaged; an empty array if there is none.
  package static func all(inPEM bytes: UnsafeRawBufferPointer) -> [Certificate]? {
    let bytes = bytes.withoutByteOrderMark
    guard let reader = BIO_new_mem_buf(bytes.baseAddress, CInt(bytes.count)) else { return nil }
    defer { BIO_free(reader) }
    ERR_clear_error()
    var found: [Certificate] = []
    while let next = PEM_read_bio_X509(reader, nil, refusePassphrase, nil) {
      found.append(Certificate(owning: next))
    }
    // The end of the text is reported as a missing start line; anything else is damage.
    let isEnd = OpenSSLError.drain().allSatisfy {
      $0.library == ERR_LIB_PEM && $0.reason == PEM_R_NO_START_LINE
    }
    return isEnd ? found : nil
  }

  /// The subject, for instance `CN=Amazon Root CA 1,O=Amazon,C=US`.
  package var subject: String { Self.text(of: X509_get_subject_name(pointer)) }
  /// The issuer, written as the subject is.
  var issuer: String { Self.text(of: X509_get_issuer_name(pointer)) }
  /// For instance `2038-01-17 00:00:00 UTC`.
  var notBefore: String { Self.text(of: X509_get0_notBefore(pointer)) }
  /// Written as `notBefore` is.
  package var notAfter: String { Self.text(of: X509_get0_notAfter(pointer)) }
  /// Whether it may sign other certificates.
  package var isAuthority: Bool { X509_check_ca(pointer) != 0 }

  /// How the certificate's dates stand to a time in seconds since 1970.
  package func validity(at now: Int64) -> Validity {
    var now = time_t(now)
    // The answer is the order of the certificate's time to ours; equal counts as earlier.
    if X509_cmp_time(X509_get0_notBefore(pointer), &now) > 0 { return .notYet }
    if X509_cmp_time(X509_get0_notAfter(pointer), &now) < 0 { return .expired }
    return .valid
  }

  /// How the dates stand to a time.
  package enum Validity { case notYet, valid, expired }

  /// The names and addresses that a server certificate is for.
  package var alternativeNames: [String] {
    guard let names = cssl_subject_alternative_names(pointer) else { return [] }
    defer { cssl_GENERAL_NAMES_free(names) }
    return (0..<cssl_sk_GENERAL_NAME_num(names)).compactMap { index in
      guard let name = cssl_sk_GENERAL_NAME_value(names, index)?.pointee else { return nil }
      switch name.type {
      case GEN_DNS:
        return name.d.dNSName.map { String(decoding: Self.bytes(of: $0), as: UTF8.self) }
      case GEN_IPADD: return name.d.iPAddress.flatMap { Self.address(Self.bytes(of: $0)) }
      default: return nil
      }
    }
  }

  private static func bytes(
    of text: UnsafeMutablePointer<ASN1_STRING>
  ) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(start: ASN1_STRING_get0_data(text), count: Int(ASN1_STRING_length(text)))
  }

  private static func address(_ bytes: UnsafeBufferPointer<UInt8>) -> String? {
    guard bytes.count == 4 || bytes.count == 16 else { return nil }
    var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
    let family = bytes.count == 4 ? AF_INET : AF_INET6
    return inet_ntop(family, bytes.baseAddress, &text, socklen_t(text.count))
      .map { String(cString: $0) }
  }

  private static func text(of name: OpaquePointer?) -> String {
    guard let name, let writer = BIO_new(BIO_s_mem()) else { return "" }
    defer { BIO_free(writer) }
    X509_NAME_print_ex(writer, name, 0, cssl_name_for_people)
    var start: UnsafeMutablePointer<CChar>?
    let count = cssl_BIO_get_mem_data(writer, &start)
    guard let start, count > 0 else { return "" }
    return UnsafeRawBufferPointer(start: start, count: count)
      .withMemoryRebound(to: UInt8.self) { String(decoding: $0, as: UTF8.self) }
  }

  /// Dates and fingerprint; nil if a date is none, or there is no digest to be had.
  var facts: CertificateFacts? {
    var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
    var count: CUnsignedInt = 0
    guard let notBefore = Self.seconds(of: X509_get0_notBefore(pointer)),
      let notAfter = Self.seconds(of: X509_get0_notAfter(pointer)),
      X509_digest(pointer, EVP_sha256(), &digest, &count) == 1
    else { return nil }
    let digits = Array("0123456789abcdef".utf8)
    let text = digest.prefix(Int(count)).flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
    return CertificateFacts(
      notBefore: notBefore, notAfter: notAfter, fingerprint: String(decoding: text, as: UTF8.self))
  }

  /// Seconds since 1970.
  private static func seconds(of time: UnsafePointer<ASN1_TIME>?) -> Int64? {
    var parts = tm()
    guard let time, ASN1_TIME_to_tm(time, &parts) == 1 else { return nil }
    return Int64(timegm(&parts))
  }

  private static func text(of time: UnsafePointer<ASN1_TIME>?) -> String {
    var parts = tm()
    guard let time, ASN1_TIME_to_tm(time, &parts) == 1 else { return "an unreadable date" }
    return DateText.text(of: parts)
  }
}

/// Stands in for OpenSSL's own callback, which would ask on the terminal and ruin the screen.
func refusePassphrase(
  _: UnsafeMutablePointer<CChar>?, _: CInt, _: CInt, _: UnsafeMutableRawPointer?
) -> CInt {
  -1
}

extension UnsafeRawBufferPointer {
  /// Without the mark that some editors put before a text; OpenSSL would overlook the first line
  /// for it.
  var withoutByteOrderMark: UnsafeRawBufferPointer {
    starts(with: [0xEF, 0xBB, 0xBF]) ? UnsafeRawBufferPointer(rebasing: dropFirst(3)) : self
  }
}

extension Certificate {
  /// The certificate as a PEM block.
  var pem: [UInt8] {
    guard let writer = BIO_new(BIO_s_mem()) else { return [] }
    defer { BIO_free(writer) }
    PEM_write_bio_X509(writer, pointer)
    var start: UnsafeMutablePointer<CChar>?
    let count = cssl_BIO_get_mem_data(writer, &start)
    return Array(UnsafeRawBufferPointer(start: start, count: count))
  }
}
