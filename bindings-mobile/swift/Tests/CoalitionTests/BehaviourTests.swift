import Coalition
import Foundation
import XCTest

final class BehaviourTests: XCTestCase {
    func testPurchaseEarnsItsPoints() throws {
        let mall = try Mall()
        let outcome = try mall.engine.decide(command: mall.command(9, mall.purchase("r1")), slice: mall.book, detail: .plain)
        let decided = try XCTUnwrap(outcome.decided)
        XCTAssertEqual(decided.rulebook, try mall.engine.hash())
        let award = try XCTUnwrap(decided.postings.first { $0.reason == .award })
        XCTAssertEqual([award.debit, award.credit, award.asset], ["hq/stock", "li/spendable", "points"])
        XCTAssertEqual(award.amount, 50)
        XCTAssertNil(decided.trace)
    }

    func testTypedAndTextAreTheSameCommand() throws {
        let mall = try Mall()
        let typed = mall.command(9, mall.purchase("r1", gross: 4_321, lines: 5))
        let written = try commandToJson(command: typed)
        XCTAssertEqual(try commandFromJson(text: written), typed)
        let outcome = try mall.engine.decide(command: typed, slice: mall.book, detail: .trace)
        let answer = try mall.engine.decideJson(command: written, slice: mall.book, detail: .trace)
        XCTAssertEqual(try outcomeToJson(outcome: outcome), answer)
        XCTAssertEqual(try outcomeFromJson(text: answer), outcome)
        XCTAssertEqual(
            try evolve(slice: mall.book, outcome: outcome), try evolveJson(slice: mall.book, outcome: answer))
    }

    func testPurchaseIsRefunded() throws {
        let mall = try Mall()
        let bought = try mall.engine.decide(command: mall.command(9, mall.purchase("r1")), slice: mall.book, detail: .plain)
        let book = try evolve(slice: mall.book, outcome: bought)
        let refund = RefundPurchase(purchase: "r1", returned: [.quantity(line: 1, quantity: 1)])
        let back = try mall.engine.decide(command: mall.command(10, .refundPurchase(refund)), slice: book, detail: .plain)
        let points = try XCTUnwrap(back.decided).postings.filter { $0.asset == "points" }
        XCTAssertEqual(points.map(\.debit), ["li/spendable"])
        XCTAssertEqual(points.map(\.amount), [25])
        // Again whole: what is returned once more is a rejection, with its word, and no error.
        let after = try evolve(slice: book, outcome: back)
        let twice = RefundPurchase(purchase: "r1", returned: [.quantity(line: 1, quantity: 2)])
        let refused = try mall.engine.decide(command: mall.command(11, .refundPurchase(twice)), slice: after, detail: .plain)
        guard case .rejected(let rejected) = refused else { return XCTFail("\(refused)") }
        XCTAssertEqual(try codeWord(code: rejected.code), "refund_exceeds")
        XCTAssertTrue(rejected.path.hasPrefix("returned[0]"), rejected.path)
    }

    func testExplainSaysWhyAndChangesNothing() throws {
        let mall = try Mall()
        let command = mall.command(9, mall.purchase("r1"))
        let trace = try XCTUnwrap(try mall.engine.explain(command: command, slice: mall.book).decided?.trace)
        XCTAssertTrue(trace.contains("\"base\""), trace)
        let answer = try mall.engine.quote(command: command, slice: mall.book)
        try refuses("without_effect", "outcome", "") { _ = try evolve(slice: mall.book, outcome: answer) }
        let quoted = try XCTUnwrap(answer.decided)
        let decided = try XCTUnwrap(try mall.engine.decide(command: command, slice: mall.book, detail: .plain).decided)
        XCTAssertEqual(quoted.postings, decided.postings)
    }

    func testReadsTellsWhatIsMissing() throws {
        let mall = try Mall()
        let command = mall.command(9, mall.purchase("r1"))
        let slice = #"{"extent":"slice","records":{},"v":1}"#
        let keys = try mall.engine.reads(command: command, slice: slice)
        XCTAssertTrue(keys.contains("party/shop"), "\(keys)")
        let outcome = try mall.engine.decide(command: command, slice: slice, detail: .plain)
        guard case .needs(_, let needed) = outcome else { return XCTFail("\(outcome)") }
        XCTAssertEqual(needed, keys)
        XCTAssertEqual(try mall.engine.reads(command: command, slice: mall.book), [])
    }

    func testErrorsHaveCodeArgumentAndPath() throws {
        let mall = try Mall()
        try refuses("unknown_field", "command", "bogus") {
            _ = try commandFromJson(text: mall.purchaseText.replacingOccurrences(of: "\"v\":1", with: "\"v\":1,\"bogus\":2"))
        }
        try refuses("wrong_type", "command", "lines[0].quantity") {
            _ = try commandFromJson(text: mall.purchaseText.replacingOccurrences(of: "\"quantity\":2", with: "\"quantity\":\"2\""))
        }
        try refuses("invalid_json", "slice", nil) {
            _ = try mall.engine.decide(command: mall.command(9, mall.purchase("r1")), slice: "{", detail: .plain)
        }
        try refuses("invalid_rulebook", "rulebook", nil) {
            _ = try Engine.compile(rulebook: mall.rulebook.replacingOccurrences(of: "\"group\": \"base\"", with: "\"group\": \"no\""))
        }
        let bought = try mall.engine.decide(command: mall.command(9, mall.purchase("r1")), slice: mall.book, detail: .plain)
        let after = try evolve(slice: mall.book, outcome: bought)
        try refuses("stale_snapshot", "slice", nil) { _ = try evolve(slice: after, outcome: bought) }
        let period = Period(from: "2024-05-01", until: "2024-05-02")
        try refuses("period_not_aligned", "period", nil) {
            _ = try mall.engine.settle(tally: newTally(), slice: mall.book, period: period)
        }
    }

    func testWrongValuesInsideTypesAreErrorsAndNoCrash() throws {
        let mall = try Mall()
        for (action, code) in [
            (mall.purchase("not an id"), "invalid_id"), (mall.purchase("r1", gross: .max), "number_out_of_range"),
        ] {
            let command = mall.command(9, action)
            try refuses(code, nil, nil) { _ = try mall.engine.decide(command: command, slice: mall.book, detail: .plain) }
            try refuses(code, nil, nil) { _ = try commandToJson(command: command) }
        }
        let late = Command(id: UUID(), at: "noon", booked: "noon", actor: "hq", action: mall.purchase("r1"))
        try refuses("invalid_instant", nil, nil) { _ = try mall.engine.quote(command: late, slice: mall.book) }
        try refuses("invalid_instant", nil, nil) { _ = try inForce(engines: [mall.engine], at: "") }
    }

    func testErrorSpeaksToPeople() throws {
        XCTAssertThrowsError(try commandFromJson(text: "{}")) { error in
            let error = error as! CoalitionError
            XCTAssertEqual(error.localizedDescription, error.message())
            XCTAssertEqual("\(error)", error.message())
            XCTAssertFalse(error.message().isEmpty)
        }
    }

    func testCheckNamesTheProblems() throws {
        let mall = try Mall()
        XCTAssertEqual(try check(rulebook: mall.rulebook, previous: nil), [])
        let wrong = mall.rulebook.replacingOccurrences(of: "\"per\": 100", with: "\"per\": 0")
        let problem = try XCTUnwrap(try check(rulebook: wrong, previous: nil).first)
        XCTAssertTrue(problem.path.hasPrefix("earn.rules[0]"), problem.path)
        XCTAssertFalse(try problemWord(code: problem.code).isEmpty)
    }

    func testRulebookInForceIsTheLatestThatHasBegun() throws {
        let mall = try Mall()
        let next = mall.rulebook.replacingOccurrences(of: "2024-01-01", with: "2024-07-01")
        let engines = try [Engine.compile(rulebook: next), mall.engine]
        // The answer is a handle of its own, so it is known by its rulebook's hash.
        let chosen = { (at: Instant) in try inForce(engines: engines, at: at)?.hash() }
        XCTAssertNil(try chosen("2023-12-31T15:59:59Z"))
        XCTAssertEqual(try chosen("2023-12-31T16:00:00Z"), try engines[1].hash())
        XCTAssertEqual(try chosen("2024-06-30T15:59:59Z"), try engines[1].hash())
        XCTAssertEqual(try chosen("2024-06-30T16:00:00Z"), try engines[0].hash())
        XCTAssertNil(try inForce(engines: [], at: "2024-06-30T16:00:00Z"))
    }

    func testDatesAndInstants() throws {
        for (instant, seconds) in [
            ("2024-05-01T10:00:00Z", 1_714_557_600.0), ("1969-12-31T23:59:59.500Z", -0.5),
            ("2024-05-01T10:00:00.123Z", 1_714_557_600.123), ("1970-01-01T00:00:00Z", 0),
        ] {
            let date = try XCTUnwrap(Date(instant: instant))
            XCTAssertEqual(date.timeIntervalSince1970, seconds, accuracy: 0.000_01)
            XCTAssertEqual(try XCTUnwrap(Date(instant: date.instant)), date)
        }
        XCTAssertNil(Date(instant: "noon"))
        for thousandth in 0..<1_000 {
            let digits = String(1_000 + thousandth).dropFirst()
            let instant = "2031-12-31T23:59:58.\(digits)Z"
            XCTAssertEqual(Date(instant: instant)?.instant, instant)
        }
    }

    func testOneEngineServesSeveralThreads() throws {
        let mall = try Mall()
        let expected = try mall.engine.decide(command: mall.command(9, mall.purchase("r1")), slice: mall.book, detail: .trace)
        let wrong = Counter()
        DispatchQueue.concurrentPerform(iterations: 8) { _ in
            for _ in 0..<100 {
                let command = mall.command(9, mall.purchase("r1"))
                let got = try? mall.engine.decide(command: command, slice: mall.book, detail: .trace)
                let refused = try? mall.engine.decideJson(command: "{}", slice: mall.book, detail: .plain)
                if got != expected || refused != nil { wrong.add() }
            }
        }
        XCTAssertEqual(wrong.count, 0)
    }

    /// `nil` for an argument or a path is any.
    private func refuses(_ code: String, _ argument: String?, _ path: String?, _ work: () throws -> Void) throws {
        do {
            try work()
            XCTFail("no error, but \(code) was awaited")
        } catch let error as CoalitionError {
            XCTAssertEqual(error.code(), code, error.message())
            if let argument { XCTAssertEqual(error.argument(), argument, error.message()) }
            if let path { XCTAssertEqual(error.path(), path, error.message()) }
        }
    }
}

extension Outcome {
    var decided: Decided? {
        if case .decided(let decided) = self { return decided }
        return nil
    }
}

/// A number that several threads add to.
final class Counter: @unchecked Sendable {
    private let lock = NSLock()
    private var value = 0
    var count: Int { lock.withLock { value } }
    func add() { lock.withLock { value += 1 } }
}
