/// Takes in what happened.
///
/// - Parameters:
///   - model: the state, changed in place.
///   - message: what happened.
///   - now: ms since 1970.
/// - Returns: what the world outside must do, in this order.
package func update(_ model: inout Model, _ message: Message, at now: Int64) -> [Effect] { [] }
