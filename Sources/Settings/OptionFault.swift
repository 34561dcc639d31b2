/// Why what was chosen cannot be put together.
package enum OptionFault: Error, Hashable, Sendable {
  /// Two of one rank that exclude each other.
  case contradiction(SettingOrigin, SettingOrigin)
  /// A variable of the environment with a value that is none; why, in a sentence.
  case wrongVariable(String, words: String)
  /// A profile that the file does not have; `file` is nil where there is none.
  case unknownProfile(
    String, origin: SettingOrigin, file: String?, known: [String], meant: String?)
  /// What is wrong in the profile that is to be used, or in the whole file.
  case faulty([SettingsFault])
}
