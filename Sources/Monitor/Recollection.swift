/// What earlier runs have kept of a shadow.
package struct Recollection: Sendable {
  /// The shadow as it was known last; nil where nothing is known.
  package var document: KeptDocument?
  /// What was staged or without an answer, each by a run of its own.
  package var edits: [KeptEdits]
  /// What the person should know, for instance that a file was damaged; a sentence or two each.
  package var remarks: [String]

  package init(document: KeptDocument? = nil, edits: [KeptEdits] = [], remarks: [String] = []) {
    self.document = document
    self.edits = edits
    self.remarks = remarks
  }
}

/// Whether what is staged is kept on disk, so that it outlives the program.
package enum Keeping: Hashable, Sendable {
  /// Nothing is kept, as in a demo.
  case nowhere
  case kept
  /// It cannot be, for this reason.
  case failing(String)
}
