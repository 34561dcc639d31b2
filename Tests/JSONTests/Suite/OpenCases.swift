/// Texts that RFC 8259 leaves to the parser (`i_`), and what ours decides.
enum OpenCases {
  /// Numbers of any size are kept as they were written, so that none is beyond us; 500 levels are
  /// within the default depth.
  static let accepted: [SuiteCase] = [
    SuiteCase("i_number_double_huge_neg_exp", "[12.5e-789]"),
    SuiteCase("i_number_huge_exp", "[0.4e00\(String(repeating: "8", count: 120))06]"),
    SuiteCase("i_number_neg_int_huge_exp", "[-1e+8888]"),
    SuiteCase("i_number_pos_double_huge_exp", "[2.5e+8888]"),
    SuiteCase("i_number_real_neg_overflow", "[-456e100000]"),
    SuiteCase("i_number_real_pos_overflow", "[456e100000]"),
    SuiteCase("i_number_real_underflow", "[456e-10000000]"),
    SuiteCase("i_number_too_big_neg_int", "[-456456456456456456456456456456]"),
    SuiteCase("i_number_too_big_pos_int", "[200000000000000000000]"),
    SuiteCase(
      "i_number_very_big_negative_int", "[-345345345345345345345345345345345345345345345345]"),
    SuiteCase(
      "i_structure_500_nested_arrays",
      String(repeating: "[", count: 500) + String(repeating: "]", count: 500)),
  ]

  /// Half of a surrogate pair is no character: it could not be shown, stored as UTF-8 or sent on.
  static let halfPairs: [SuiteCase] = [
    SuiteCase("i_object_key_lone_2nd_surrogate", #"{"\uDFAB":0}"#),
    SuiteCase("i_string_1st_surrogate_but_2nd_missing", #"["\uDADB"]"#),
    SuiteCase("i_string_1st_valid_surrogate_2nd_invalid", #"["\uD889\u1235"]"#),
    SuiteCase("i_string_incomplete_surrogate_and_escape_valid", #"["\uD801\n"]"#),
    SuiteCase("i_string_incomplete_surrogate_pair", #"["\uDd1fa"]"#),
    SuiteCase("i_string_incomplete_surrogates_escape_valid", #"["\uD801\uD801\n"]"#),
    SuiteCase("i_string_invalid_lonely_surrogate", #"["\ud801"]"#),
    SuiteCase("i_string_invalid_surrogate", #"["\ud801abc"]"#),
    SuiteCase("i_string_inverted_surrogates_U+1D11E", #"["\uDd1e\uD834"]"#),
    SuiteCase("i_string_lone_second_surrogate", #"["\uDFAB"]"#),
  ]

  /// A JSON text is UTF-8 (RFC 8259 section 8.1): nothing is repaired in silence.
  static let noUTF8: [SuiteCase] = [
    SuiteCase("i_string_UTF-8_invalid_sequence", hex: "5B 22 E6 97 A5 D1 88 FA 22 5D"),
    SuiteCase("i_string_UTF8_surrogate_U+D800", hex: "5B 22 ED A0 80 22 5D"),
    SuiteCase("i_string_invalid_utf-8", hex: "5B 22 FF 22 5D"),
    SuiteCase("i_string_iso_latin_1", hex: "5B 22 E9 22 5D"),
    SuiteCase("i_string_lone_utf8_continuation_byte", hex: "5B 22 81 22 5D"),
    SuiteCase("i_string_not_in_unicode_range", hex: "5B 22 F4 BF BF BF 22 5D"),
    SuiteCase("i_string_overlong_sequence_2_bytes", hex: "5B 22 C0 AF 22 5D"),
    SuiteCase("i_string_overlong_sequence_6_bytes", hex: "5B 22 FC 83 BF BF BF BF 22 5D"),
    SuiteCase("i_string_overlong_sequence_6_bytes_null", hex: "5B 22 FC 80 80 80 80 80 22 5D"),
    SuiteCase("i_string_truncated-utf-8", hex: "5B 22 E0 FF 22 5D"),
  ]

  /// Neither a byte-order mark nor UTF-16 is taken: what is sent on is the same bytes.
  static let otherEncodings: [SuiteCase] = [
    SuiteCase("i_string_UTF-16LE_with_BOM", hex: "FF FE 5B 00 22 00 E9 00 22 00 5D 00"),
    SuiteCase("i_string_utf16BE_no_BOM", hex: "00 5B 00 22 00 E9 00 22 00 5D"),
    SuiteCase("i_string_utf16LE_no_BOM", hex: "5B 00 22 00 E9 00 22 00 5D 00"),
    SuiteCase("i_structure_UTF-8_BOM_empty_object", hex: "EF BB BF 7B 7D"),
  ]

  static let refused = halfPairs + noUTF8 + otherEncodings
}
