import Coalition
import Foundation
import XCTest

/// A line of the transcript: calls with the exact texts that go in and come out.
struct Vector: Decodable {
    let vector: String
    let calls: [Call]
}

struct Call: Decodable {
    let verb: String
    let rulebook, previous, command, commands, slice, outcome, detail: String?
    let tally, other, bookings, period, settlement, expect: String?
    let plan, count, entropy, text, signing_key, keys, token, audience, purpose, at: String?
    let error: Refusal?
}

struct Refusal: Decodable, Equatable {
    let code, argument, path: String
}

/// What the transcript says that no runner understands.
struct Unreadable: Error { let what: String }

/// What is kept from call to call of one vector.
struct Registers<D: Door> {
    let door: D
    var engine: Engine?
    var book: String
    var tally: String

    init(door: D) throws {
        self.door = door
        book = try newBook()
        tally = try newTally()
    }

    mutating func answer(_ call: Call) throws -> String {
        let slice = call.slice ?? book
        switch call.verb {
        case "compile":
            let made = try Engine.compile(rulebook: need(call.rulebook))
            engine = made
            return try made.hash()
        case "check": return try door.check(need(call.rulebook), call.previous)
        case "reads": return try door.reads(need(engine), need(call.command), slice)
        case "decide":
            let outcome = try door.decide(need(engine), need(call.command), slice, detail(call))
            if call.slice == nil { book = try door.evolve(book, outcome) }
            return outcome
        case "decide_many": return try door.decideMany(need(engine), need(call.commands), slice, detail(call))
        case "quote": return try door.quote(need(engine), need(call.command), slice)
        case "explain": return try door.explain(need(engine), need(call.command), slice)
        case "evolve": return try door.evolve(slice, need(call.outcome))
        case "tally":
            let sums = try door.tally(need(engine), call.tally ?? tally, need(call.bookings))
            if call.tally == nil { tally = sums }
            return sums
        case "merge": return try merge(tally: call.tally ?? tally, other: need(call.other))
        case "settle": return try door.settle(need(engine), call.tally ?? tally, slice, need(call.period))
        case "figures": return try door.figures(need(engine), call.tally ?? tally, need(call.period))
        case "statement_hash": return try door.statementHash(need(call.settlement))
        case "book": return book
        default: return try withoutEngine(call)
        }
    }

    private func withoutEngine(_ call: Call) throws -> String {
        switch call.verb {
        case "plan_codes": return try door.planCodes(need(call.plan), need(call.count))
        case "generate_codes": return try door.generateCodes(need(call.plan), need(call.count), need(call.entropy))
        case "read_code": return try door.readCode(need(call.text))
        case "public_key": return try door.publicKey(need(call.signing_key))
        case "check_keys": return try door.checkKeys(need(call.keys))
        case "sign_token": return try door.signToken(need(call.token), need(call.signing_key))
        case "verify_offline":
            return try door.verifyOffline(
                need(call.text), need(call.keys), need(call.audience), need(call.purpose), need(call.at))
        default: throw Unreadable(what: "no verb \(call.verb)")
        }
    }

    private func need<T>(_ value: T?) throws -> T {
        guard let value else { throw Unreadable(what: "an argument is missing") }
        return value
    }

    private func detail(_ call: Call) throws -> Detail {
        switch call.detail {
        case "plain": return .plain
        case "trace": return .trace
        case "why_not": return .whyNot
        default: throw Unreadable(what: "no detail \(call.detail ?? "")")
        }
    }
}

final class VectorTests: XCTestCase {
    func testVectorsThroughTheTypedDoor() throws { try run(TypedDoor()) }

    func testVectorsThroughTheJsonDoor() throws { try run(JsonDoor()) }

    /// Read once for both doors: it is large.
    private static let vectors = Result {
        let lines = try text("vectors.jsonl").utf8.split(separator: UInt8(ascii: "\n"))
        return try lines.map { try JSONDecoder().decode(Vector.self, from: Data($0)) }
    }

    /// Counts for itself: to the package manager, all vectors of a door are one test.
    private func run<D: Door>(_ door: D) throws {
        var (passed, failed) = (0, 0)
        for vector in try Self.vectors.get() {
            if let difference = try firstDifference(vector, door) {
                failed += 1
                print("FAILED: \(D.name), \(vector.vector): \(difference.prefix(4000))")
            } else {
                passed += 1
            }
        }
        print("vectors, \(D.name): \(passed) passed, \(failed) failed")
        XCTAssertGreaterThan(passed, 0, "no vector was found")
        XCTAssertEqual(failed, 0)
    }

    private func firstDifference<D: Door>(_ vector: Vector, _ door: D) throws -> String? {
        var registers = try Registers(door: door)
        if vector.calls.isEmpty { return "makes no call" }
        for (place, call) in vector.calls.enumerated() {
            do {
                let got = try registers.answer(call)
                // Swift's == takes different bytes for the same text where Unicode does.
                guard let expect = call.expect, Data(got.utf8) == Data(expect.utf8) else {
                    return "call \(place + 1), \(call.verb): \(got)\nnot \(call.expect ?? "error \(call.error!)")"
                }
            } catch let error as CoalitionError {
                let refusal = Refusal(code: error.code(), argument: error.argument(), path: error.path())
                if refusal != call.error { return "call \(place + 1), \(call.verb): \(refusal): \(error.message())" }
            } catch {
                return "call \(place + 1), \(call.verb): \(error)"
            }
        }
        return nil
    }
}
