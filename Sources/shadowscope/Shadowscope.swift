import ArgumentParser

@main
struct Shadowscope: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "shadowscope", abstract: "A live look at a thing's Device Shadow.")
}
