import Canvas
import JSON
import Shadow

extension Model {
  /// Opens the line for the time at which the staged values were observed.
  mutating func openObservationTime() {
    reply = nil
    let text = choice.observedAt.map {
      CalendarTime($0, utcOffsetSeconds: utcOffsetSeconds).iso
    }
    entry = Entry(.observationTime, text: text ?? "", killed: killed)
  }

  /// Takes the time that was typed; an empty line takes it out of what is published.
  mutating func enterObservationTime(_ entry: Entry, at now: Int64) {
    let text = entry.line.text
    guard text.contains(where: { !$0.isWhitespace }) else { return observe(at: nil) }
    switch ObservationTime(text, at: now, utcOffsetSeconds: utcOffsetSeconds) {
    case .moment(let moment): observe(at: moment)
    case .doubtful(let moment, _) where entry.warning != nil: observe(at: moment)
    case .doubtful: self.entry?.warning = "Enter again takes it so"
    case .refused: self.entry?.warning = "that cannot be taken"
    }
  }

  private mutating func observe(at moment: Int64?) {
    closeEntry()
    choice.observedAt = moment
    draftChanged()
    guard let moment else {
      reply = Reply(passing: "No observation time: MIC takes the time of arrival")
      return
    }
    let time = CalendarTime(moment, utcOffsetSeconds: utcOffsetSeconds)
    reply = Reply(
      "The next update says that its values were observed on \(time.date) at \(time.exactClock)")
  }
}
