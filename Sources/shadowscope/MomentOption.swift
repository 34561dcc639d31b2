import ArgumentParser

/// Which moment counts where a file is a recording.
struct MomentOption: ParsableArguments {
  @Option(
    name: .customLong("at"),
    help: ArgumentHelp(
      "Which moment of a recording: so long after its start (90s), or a time "
        + "(2026-11-24T12:04:31Z, “5m ago”). Otherwise its end.", valueName: "moment"))
  var moment: RecordingMoment?
}
