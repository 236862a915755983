import Coalition
import Foundation
import XCTest

/// Numbers that look random and are the same in every run.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

/// Texts that were good once.
struct Spoiler {
    static let tokens = [
        "{", "}", "[", "]", ",", ":", "\"", "null", "true", "-1", "1e999", "0.1", "9007199254740993", "-0", "NaN",
        "99999999999999999999999999", "\\ud800", "\"\\udc00\"", "\\u0000", "\u{0}", "\u{FFFD}", "\u{1F600}", "e\u{301}",
        "\"type\":\"sweep\"", "\"bogus\":1", "\"v\":2", "\"2024-02-30\"", "\"at\":\"noon\"", "{}", "[[[[[[[[", " ", "\n",
    ]
    var random: SplitMix

    mutating func spoil(_ good: [UInt8]) -> String {
        var bytes = good
        for _ in 0..<Int.random(in: 1...3, using: &random) where !bytes.isEmpty {
            let place = Int.random(in: 0..<bytes.count, using: &random)
            switch Int.random(in: 0..<7, using: &random) {
            case 0: bytes.removeSubrange(place...)
            case 1: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            case 2: bytes.insert(contentsOf: Self.tokens.randomElement(using: &random)!.utf8, at: place)
            case 3: bytes.removeSubrange(place..<min(bytes.count, place + Int.random(in: 1...12, using: &random)))
            case 4:
                let other = Int.random(in: 0..<bytes.count, using: &random)
                bytes.insert(contentsOf: bytes[min(place, other)..<min(max(place, other), min(place, other) + 40)], at: place)
            case 5:
                let end = min(bytes.count, place + Int.random(in: 1...8, using: &random))
                bytes.replaceSubrange(place..<end, with: Self.tokens.randomElement(using: &random)!.utf8)
            default:
                let depth = Int.random(in: 1...400, using: &random)
                bytes.insert(contentsOf: [UInt8](repeating: UInt8(ascii: "["), count: depth), at: place)
            }
        }
        // What is no UTF-8 any more becomes U+FFFD: a Swift text holds nothing else.
        return String(decoding: bytes, as: UTF8.self)
    }
}

final class HostileTests: XCTestCase {
    private static let calls = 60_000

    func testBadTextsThroughTheTypedDoorAreTypedErrors() throws { try run(TypedDoor(), seed: 1) }

    func testBadTextsThroughTheJsonDoorAreTypedErrors() throws { try run(JsonDoor(), seed: 2) }

    private func run<D: Door>(_ door: D, seed: UInt64) throws {
        let mall = try Mall()
        let good = try door.decide(mall.engine, mall.purchaseText, mall.book, .trace)
        let settlement = #"{"currency":"CNY","fees":[],"instructions":[],"period":{"from":"2024-05-01","until":"2024-06-01"},"statements":[],"v":1}"#
        let texts = [mall.purchaseText, mall.book, mall.rulebook, good, try newTally(), settlement].map { [UInt8]($0.utf8) }
        var spoiler = Spoiler(random: SplitMix(state: seed))
        var (refused, answered, half) = (0, 0, 0)
        for call in 0..<Self.calls {
            if call == Self.calls / 2 { half = try resident() }
            do {
                _ = try attempt(door, mall, call, texts, &spoiler)
                answered += 1
            } catch let error as CoalitionError {
                refused += 1
                if error.code().isEmpty { XCTFail("an error without a code") }
            }
        }
        let grown = try resident() - half
        print("hostile, \(D.name): \(refused) refused, \(answered) answered, \(grown / 1024) KiB more after the second half")
        XCTAssertEqual(refused + answered, Self.calls)
        XCTAssertGreaterThan(refused, Self.calls / 2)
        XCTAssertLessThan(grown, 4 << 20)
        XCTAssertEqual(try door.decide(mall.engine, mall.purchaseText, mall.book, .trace), good)
    }

    /// One call with one spoilt argument.
    private func attempt<D: Door>(
        _ door: D, _ mall: Mall, _ call: Int, _ texts: [[UInt8]], _ spoiler: inout Spoiler
    ) throws -> String {
        let (engine, command, book) = (mall.engine, mall.purchaseText, mall.book)
        switch call % 12 {
        case 0, 1, 2: return try door.decide(engine, spoiler.spoil(texts[0]), book, .plain)
        case 3: return try door.decide(engine, command, spoiler.spoil(texts[1]), .whyNot)
        case 4: return try door.decideMany(engine, "[" + spoiler.spoil(texts[0]) + "]", book, .plain)
        case 5: return try Engine.compile(rulebook: spoiler.spoil(texts[2])).hash()
        case 6: return try door.check(spoiler.spoil(texts[2]), nil)
        case 7: return try door.evolve(book, spoiler.spoil(texts[3]))
        case 8: return try door.tally(engine, spoiler.spoil(texts[4]), "[]")
        case 9: return try door.statementHash(spoiler.spoil(texts[5]))
        case 10: return try door.reads(engine, spoiler.spoil(texts[0]), spoiler.spoil(texts[1]))
        default: return try door.settle(engine, texts[4].text, book, spoiler.spoil([UInt8](#"{"from":"2024-05-01","until":"2024-06-01"}"#.utf8)))
        }
    }

    /// Bytes of this process in memory.
    private func resident() throws -> Int {
        let pages = try text("/proc/self/statm").split(separator: " ")[1]
        return (Int(pages) ?? 0) * 4096
    }
}

extension [UInt8] {
    var text: String { String(decoding: self, as: UTF8.self) }
}
