package import Shadow

/// What can be checked before a packet is sent.
///
/// A fault does not end it: what does not depend on the faulty part is looked at as well.
package struct LocalCheckup: Sendable {
  /// One for each step that needs no network, in their order.
  package private(set) var results: [CheckResult] = []
  /// What to connect with; nil if something that is needed for it is missing or cannot be used.
  package private(set) var configuration: LinkConfiguration?
  /// The shadow that is asked for; nil without a folder.
  package private(set) var address: ShadowAddress?

  /// Days before its end from which on a certificate is worth a warning.
  package static let shortDays: Int64 = 14

  /// Reads and checks the files.
  ///
  /// - Parameters:
  ///   - subject: what is to be checked.
  ///   - now: seconds since 1970.
  ///   - ask: asked for the passphrase of an encrypted key; nil where nobody can be.
  package init(of subject: CheckupSubject, now: Int64, asking ask: PassphraseAsking? = nil) {
    let credentials = checkFiles(of: subject, now: now, asking: ask)
    let trust = checkAuthority(of: subject, now: now)
    let endpoint = checkEndpoint(subject.endpoint)
    let folder = try? subject.folder?.get()
    address = folder.map { ShadowAddress(thing: $0.thingName, shadow: subject.shadow) }
    guard let folder, let credentials, let trust, let endpoint else { return }
    var configuration = LinkConfiguration(
      endpoint: endpoint, credentials: credentials, trust: trust,
      clientID: subject.clientID ?? folder.ownerName, deadlines: subject.deadlines)
    configuration.applicationProtocolPort = subject.secondPort
    self.configuration = configuration
  }

  // MARK: The thing's own files

  private mutating func checkFiles(
    of subject: CheckupSubject, now: Int64, asking ask: PassphraseAsking?
  ) -> Credentials? {
    let others: [CheckStep] = [.keyMode, .certificate, .key, .keyMatch]
    switch subject.folder {
    case nil:
      results.append(
        .skipped(
          .files, "no folder of a thing is named",
          remedy: "Name it with --thing-dir FOLDER or --batch FOLDER-OR-ZIP."))
      results += others.map { .skipped($0, "there are no files to look at") }
      return nil
    case .failure(let error):
      results.append(.failed(.files, error))
      results += others.map { .skipped($0, "there are no files to look at") }
      return nil
    case .success(let folder):
      let inspection = CredentialInspection(
        of: folder, now: now, opened: subject.opened, asking: ask)
      results += [
        inspection.filesResult, inspection.keyModeResult, inspection.certificateResult(now: now),
        inspection.keyResult, inspection.matchResult,
      ]
      return try? inspection.credentials()
    }
  }

  // MARK: The authority

  private mutating func checkAuthority(of subject: CheckupSubject, now: Int64) -> Trust? {
    do throws(CredentialError) {
      let trust = try Trust.find(
        given: subject.authority, thingFolder: try? subject.folder?.get(),
        batchFolder: subject.batchFolder, system: subject.system, now: now)
      results.append(trust.result(now: now))
      return trust
    } catch {
      results.append(.failed(.authority, error))
      return nil
    }
  }

  // MARK: The endpoint

  private mutating func checkEndpoint(_ text: String?) -> Endpoint? {
    guard let text, !text.isEmpty else {
      results.append(
        .skipped(
          .endpoint, "no endpoint is given", remedy: "Give it with --endpoint HOST[:PORT]."))
      return nil
    }
    do throws(EndpointError) {
      let endpoint = try Endpoint(parsing: text)
      let advice = endpoint.advice.first
      results.append(
        advice.map { .warned(.endpoint, $0) } ?? .passed(.endpoint, endpoint.description))
      return endpoint
    } catch {
      results.append(.failed(.endpoint, error))
      return nil
    }
  }
}

extension CredentialInspection {
  fileprivate var filesResult: CheckResult {
    let errors = [certificateFile.map { _ in }.error, keyFile.map { _ in }.error].compactMap(\.self)
    guard let error = errors.first else {
      let zip = folder.placeInZip.map { $0.isEmpty ? "" : ": \($0)" } ?? ""
      return .passed(
        .files,
        "\(ThingFolder.certificateFile) and \(ThingFolder.keyFile) in \(folder.path)\(zip)")
    }
    let other = errors.dropFirst().first { $0 != error }
    return .failed(.files, error, facts: other.map { [.init(name: "also", value: $0.what)] } ?? [])
  }

  fileprivate var keyModeResult: CheckResult {
    guard case .success(let file) = keyFile else {
      return .skipped(.keyMode, "there is no key to look at")
    }
    let mode = String(file.mode & 0o777, radix: 8)
    return keyAdvice.map { .warned(.keyMode, $0) }
      ?? .passed(.keyMode, "nobody else may read the key (mode \(mode))")
  }

  fileprivate func certificateResult(now: Int64) -> CheckResult {
    switch certificate {
    case nil: return .skipped(.certificate, "there is no certificate to look at")
    case .failure(let error): return .failed(.certificate, error)
    case .success(let certificate):
      let facts = certificate.checkFacts
      if let dateFault { return .failed(.certificate, dateFault, facts: facts) }
      return .of(.certificate, certificate, now: now, facts: facts) {
        Advice(
          what: "The certificate \(folder.certificatePath) \($0).",
          remedy: "Replace the thing's certificate in MIC before that.")
      }
    }
  }

  fileprivate var keyResult: CheckResult {
    switch key {
    case nil: .skipped(.key, "there is no key to look at")
    case .failure(let error): .failed(.key, error)
    case .success(let key): .passed(.key, key.kind)
    }
  }

  fileprivate var matchResult: CheckResult {
    guard case .success? = certificate, case .success? = key else {
      return .skipped(.keyMatch, "certificate or key cannot be read")
    }
    return mismatch.map { .failed(.keyMatch, $0) }
      ?? .passed(.keyMatch, "the key belongs to the certificate")
  }
}

extension Trust {
  fileprivate func result(now: Int64) -> CheckResult {
    let all = certificates.withUnsafeBytes(Certificate.all(inPEM:)) ?? []
    let authorities = all.filter(\.isAuthority)
    let facts = authorities.prefix(5).flatMap { authority in
      [
        CheckResult.Fact(name: "subject", value: authority.subject),
        CheckResult.Fact(
          name: "valid", value: "from \(authority.notBefore) until \(authority.notAfter)"),
      ]
    }
    if let advice = advice.first { return .warned(.authority, advice) }
    // Of several, one that is still good is enough; the first of these to end is told.
    let good = authorities.filter { $0.ends > now }
    let next = good.min { $0.ends < $1.ends } ?? authorities.max { $0.ends < $1.ends }
    guard let next else {
      return .passed(.authority, place, facts: facts)
    }
    return .of(.authority, next, now: now, facts: facts, words: place) {
      Advice(what: "The CA certificate \(place) \($0).", remedy: "Get the authority's new one.")
    }
  }
}

extension Certificate {
  /// Seconds since 1970; 0 for a date that is none.
  fileprivate var ends: Int64 { facts?.notAfter ?? 0 }

  fileprivate var checkFacts: [CheckResult.Fact] {
    [
      .init(name: "subject", value: subject), .init(name: "issuer", value: issuer),
      .init(name: "valid", value: "from \(notBefore) until \(notAfter)"),
      .init(name: "sha-256", value: facts?.fingerprint ?? "unknown"),
    ]
  }
}

extension CheckResult {
  /// Passed, with the days that are left; warned where they are few.
  fileprivate static func of(
    _ step: CheckStep, _ certificate: Certificate, now: Int64, facts: [Fact], words: String = "",
    advice: (String) -> Advice
  ) -> CheckResult {
    let days = (certificate.ends - now) / 86_400
    let time = days < 1 ? "within a day" : days == 1 ? "in 1 day" : "in \(days) days"
    let expiry = "expires \(time), on \(certificate.notAfter)"
    guard days >= LocalCheckup.shortDays else { return .warned(step, advice(expiry), facts: facts) }
    return .passed(step, words.isEmpty ? expiry : "\(words), \(expiry)", facts: facts)
  }
}

extension Result {
  fileprivate var error: Failure? {
    guard case .failure(let error) = self else { return nil }
    return error
  }
}
