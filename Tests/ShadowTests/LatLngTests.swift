import Shadow
import Testing

@Suite("A place")
struct LatLngTests {
  @Test(
    "is read with its digits as they were written, and shown in degrees",
    arguments: [
      ("57.652,11.958", "57.652° N 11.958° E"), ("57.652, 11.958", "57.652° N 11.958° E"),
      ("57.6520,   11.9580", "57.6520° N 11.9580° E"), ("-33.86,-151.2", "33.86° S 151.2° W"),
      ("+1,+2", "1° N 2° E"), ("0,0", "0° N 0° E"), ("90,180", "90° N 180° E"),
      ("-90.000,-180.0", "90.000° S 180.0° W"), ("007.5,0180", "007.5° N 0180° E"),
      (
        "57.65212345678901234567890,11.95812345678901234567890",
        "57.65212345678901234567890° N 11.95812345678901234567890° E"
      ),
    ])
  func read(text: String, shown: String) throws {
    #expect(try LatLng(text).display == shown)
  }

  @Test(
    "is refused with what is wrong",
    arguments: [
      ("", .commas(count: 0)), ("57.652", .commas(count: 0)), ("57.652 11.958", .commas(count: 0)),
      ("57,652,11,958", .commas(count: 3)), ("57.652,11.958,12", .commas(count: 2)),
      (",11.9", .notNumber(.latitude)), ("57.6,", .notNumber(.longitude)),
      ("57.6 ,11.9", .notNumber(.latitude)), (" 57.6,11.9", .notNumber(.latitude)),
      ("57.6,11.9 ", .notNumber(.longitude)), ("57.6,\t11.9", .notNumber(.longitude)),
      ("57.,11.9", .notNumber(.latitude)), ("57.6,.9", .notNumber(.longitude)),
      ("--57,11", .notNumber(.latitude)), ("5e1,11", .notNumber(.latitude)),
      ("57.6.5,11", .notNumber(.latitude)), ("57°,11", .notNumber(.latitude)),
      ("٥٧,11", .notNumber(.latitude)), ("nan,inf", .notNumber(.latitude)),
      ("90.0000000000000000000001,0", .outOfRange(.latitude)), ("-91,0", .outOfRange(.latitude)),
      ("0,180.001", .outOfRange(.longitude)), ("0,-181", .outOfRange(.longitude)),
      ("99999999999999999999999999,0", .outOfRange(.latitude)),
    ] as [(String, LatLng.Fault)])
  func refused(text: String, fault: LatLng.Fault) {
    #expect(throws: fault) { try LatLng(text) }
    #expect(!fault.words.isEmpty)
  }

  @Test("has numbers for a map")
  func approximate() throws {
    let place = try LatLng("-33.5, 151.25")
    #expect(place.latitude.approximate == -33.5)
    #expect(place.longitude.approximate == 151.25)
  }
}
