import ArgumentParser
import Shadow

/// Which sections of a state a command is about.
enum SectionChoice: String, CaseIterable, ExpressibleByArgument {
  case desired, reported, both

  var sections: [Section] {
    switch self {
    case .desired: [.desired]
    case .reported: [.reported]
    case .both: Section.allCases
    }
  }
}
