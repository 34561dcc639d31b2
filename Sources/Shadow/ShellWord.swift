extension String {
  /// The text as one word for a POSIX shell.
  package var shellWord: String {
    let plain = "_-./:=+,@%"
    let isPlain =
      !isEmpty
      && unicodeScalars.allSatisfy {
        $0.isASCII && ($0.properties.isAlphabetic || $0.properties.numericType != nil)
          || plain.unicodeScalars.contains($0)
      }
    guard !isPlain else { return self }
    return "'" + split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''")
      + "'"
  }
}
