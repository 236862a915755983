import Foundation

extension Date {
    /// The moment of an engine's text, such as `2024-05-01T10:00:00Z`; `nil` for any other text.
    public init?(instant: Instant) {
        let style = Date.style(fraction: instant.contains("."))
        guard let date = style.date(from: instant) else { return nil }
        self = date
    }

    /// The text that the engine reads, to the millisecond (what is finer is rounded down).
    public var instant: Instant {
        let milliseconds = (timeIntervalSince1970 * 1000 + 0.001).rounded(.down)
        return Date.style(fraction: true).string(from: Date(timeIntervalSince1970: milliseconds / 1000 + 0.0001))
    }

    private static func style(fraction: Bool) -> ISO8601DateFormatter {
        let formatter = ISO8601DateFormatter()
        formatter.formatOptions = fraction ? [.withInternetDateTime, .withFractionalSeconds] : [.withInternetDateTime]
        return formatter
    }
}
