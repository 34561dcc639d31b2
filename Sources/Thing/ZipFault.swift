/// What is wrong with a zip, or with one file in it.
enum ZipFault: Error, Hashable {
  // MARK: It is none, or not whole

  case empty
  /// It does not begin as a zip does.
  case noZip
  /// The directory at its end is missing.
  case cutOff
  /// Its parts contradict each other; a clause that tells how.
  case inconsistent(String)
  /// Sizes or numbers are written in the way of large archives.
  case zip64
  case tooManyEntries(Int)

  // MARK: It tries something

  case absoluteName(String)
  /// A name that climbs out by "..".
  case climbingName(String)
  case driveName(String)
  case backslashName(String)
  /// A name with NUL or another control character.
  case controlName(String)
  case longName(String)
  /// Two files of one name.
  case twice(String)
  /// Two files whose names are the same to a system that ignores case.
  case almostTwice(String, String)
  /// A file that is also the folder of another.
  case fileAndFolder(String)
  case link(String)
  /// A device, a socket or a pipe.
  case special(String)
  case encrypted(String)
  /// Two files share bytes.
  case overlap(String, String)
  /// There are two directories, and it depends on the program which one counts.
  case twoDirectories

  // MARK: One file in it

  /// Bytes that it would have.
  case tooLarge(Int)
  /// How much more it would be than what is there.
  case inflatesTooMuch(Int)
  /// What is read of the zip together is too much.
  case tooMuchInAll
  case unknownMethod(Int)
  /// It is not what the directory says: a clause that tells how.
  case damaged(String)
}
