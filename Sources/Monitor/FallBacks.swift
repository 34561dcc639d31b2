/// The table of Knuth, Morris and Pratt: for each length of a part found, the length of the shorter
/// one to go on with.
func fallBacks<Letter: Equatable>(of letters: [Letter]) -> [Int] {
  var table = Array(repeating: 0, count: letters.count)
  var length = 0
  for place in letters.indices.dropFirst() {
    while length > 0, letters[length] != letters[place] { length = table[length - 1] }
    if letters[length] == letters[place] { length += 1 }
    table[place] = length
  }
  return table
}
