import JSON

extension Condition {
  /// The condition as it is read back, with no more parentheses than it needs.
  package var text: String {
    switch self {
    case .literal(let value): value.compact(escaping: .invisible)
    case .value(let path): path.text
    case .exists(let path): "exists(\(path.text))"
    case .changed(let path): "changed(\(path.text))"
    case .age(let path): "age(\(path.text))"
    case .comparison(let left, let comparison, let right):
      "\(left.text(above: .comparison)) \(comparison.rawValue) \(right.text(above: .comparison))"
    case .not(let inner): "!\(inner.text(above: .comparison))"
    case .all(let parts): parts.map { $0.text(above: .all) }.joined(separator: " && ")
    case .any(let parts): parts.map { $0.text(above: .any) }.joined(separator: " || ")
    }
  }

  /// How tightly a condition holds together.
  private enum Binding: Int {
    case any, all, comparison, atom
  }

  private var binding: Binding {
    switch self {
    case .any: .any
    case .all: .all
    case .comparison, .not: .comparison
    case .literal, .value, .exists, .changed, .age: .atom
    }
  }

  /// The text as a part of another condition: in parentheses unless it binds more tightly.
  private func text(above outer: Binding) -> String {
    binding.rawValue > outer.rawValue ? text : "(\(text))"
  }
}
