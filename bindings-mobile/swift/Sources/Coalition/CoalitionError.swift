import Foundation

/// What a person is shown of an error is its message, not a dump of its fields.
extension CoalitionError: LocalizedError, CustomStringConvertible {
    public var errorDescription: String? { message() }
    public var description: String { message() }
}
