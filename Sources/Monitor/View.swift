package import Canvas

/// Draws the state.
///
/// - Parameters:
///   - model: the state.
///   - size: the screen's.
///   - now: ms since 1970, for ages and fading.
/// - Returns: a frame of that size.
package func view(_ model: Model, in size: Size, at now: Int64) -> Frame { Frame(size: size) }

/// When the screen must change by itself, in ms since 1970; nil while nothing moves.
package func nextDeadline(_ model: Model, after now: Int64) -> Int64? { nil }
