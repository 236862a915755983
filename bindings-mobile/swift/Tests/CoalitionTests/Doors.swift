import Coalition
import Foundation

/// The verbs over the exact texts of a vector, through one of the package's two doors.
protocol Door {
    static var name: String { get }
    func check(_ rulebook: String, _ previous: String?) throws -> String
    func reads(_ engine: Engine, _ command: String, _ slice: String) throws -> String
    func decide(_ engine: Engine, _ command: String, _ slice: String, _ detail: Detail) throws -> String
    func decideMany(_ engine: Engine, _ commands: String, _ slice: String, _ detail: Detail) throws -> String
    func quote(_ engine: Engine, _ command: String, _ slice: String) throws -> String
    func explain(_ engine: Engine, _ command: String, _ slice: String) throws -> String
    func evolve(_ slice: String, _ outcome: String) throws -> String
    func tally(_ engine: Engine, _ tally: String, _ bookings: String) throws -> String
    func settle(_ engine: Engine, _ tally: String, _ slice: String, _ period: String) throws -> String
    func statementHash(_ settlement: String) throws -> String
}

/// Texts go straight in and come straight out.
struct JsonDoor: Door {
    static let name = "JSON"

    func check(_ rulebook: String, _ previous: String?) throws -> String {
        try checkJson(rulebook: rulebook, previous: previous)
    }

    func reads(_ engine: Engine, _ command: String, _ slice: String) throws -> String {
        try engine.readsJson(command: command, slice: slice)
    }

    func decide(_ engine: Engine, _ command: String, _ slice: String, _ detail: Detail) throws -> String {
        try engine.decideJson(command: command, slice: slice, detail: detail)
    }

    func decideMany(_ engine: Engine, _ commands: String, _ slice: String, _ detail: Detail) throws -> String {
        try engine.decideManyJson(commands: commands, slice: slice, detail: detail)
    }

    func quote(_ engine: Engine, _ command: String, _ slice: String) throws -> String {
        try engine.quoteJson(command: command, slice: slice)
    }

    func explain(_ engine: Engine, _ command: String, _ slice: String) throws -> String {
        try engine.explainJson(command: command, slice: slice)
    }

    func evolve(_ slice: String, _ outcome: String) throws -> String {
        try evolveJson(slice: slice, outcome: outcome)
    }

    func tally(_ engine: Engine, _ tally: String, _ bookings: String) throws -> String {
        try engine.tallyJson(tally: tally, bookings: bookings)
    }

    func settle(_ engine: Engine, _ tally: String, _ slice: String, _ period: String) throws -> String {
        try engine.settleJson(tally: tally, slice: slice, period: period)
    }

    func statementHash(_ settlement: String) throws -> String {
        try statementHashJson(settlement: settlement)
    }
}

/// Every text becomes Swift's types, and every answer is written again.
struct TypedDoor: Door {
    static let name = "typed"

    func check(_ rulebook: String, _ previous: String?) throws -> String {
        // The words, in the form of the other door; only this answer has no codec of its own.
        let problems = try Coalition.check(rulebook: rulebook, previous: previous)
        return list(try problems.map { problem in
            let word = try problemWord(code: problem.code)
            return try "{\"code\":\(quoted(word)),\"detail\":\(quoted(problem.detail)),\"path\":\(quoted(problem.path))}"
        })
    }

    func reads(_ engine: Engine, _ command: String, _ slice: String) throws -> String {
        list(try engine.reads(command: commandFromJson(text: command), slice: slice).map(quoted))
    }

    func decide(_ engine: Engine, _ command: String, _ slice: String, _ detail: Detail) throws -> String {
        let command = try commandFromJson(text: command)
        return try outcomeToJson(outcome: engine.decide(command: command, slice: slice, detail: detail))
    }

    func decideMany(_ engine: Engine, _ commands: String, _ slice: String, _ detail: Detail) throws -> String {
        let commands = try commandsFromJson(text: commands)
        let decisions = try engine.decideMany(commands: commands, slice: slice, detail: detail)
        let outcomes = list(try decisions.outcomes.map(outcomeToJson(outcome:)))
        return "{\"outcomes\":\(outcomes),\"slice\":\(decisions.slice)}"
    }

    func quote(_ engine: Engine, _ command: String, _ slice: String) throws -> String {
        try outcomeToJson(outcome: engine.quote(command: commandFromJson(text: command), slice: slice))
    }

    func explain(_ engine: Engine, _ command: String, _ slice: String) throws -> String {
        try outcomeToJson(outcome: engine.explain(command: commandFromJson(text: command), slice: slice))
    }

    func evolve(_ slice: String, _ outcome: String) throws -> String {
        try Coalition.evolve(slice: slice, outcome: outcomeFromJson(text: outcome))
    }

    func tally(_ engine: Engine, _ tally: String, _ bookings: String) throws -> String {
        try engine.tally(tally: tally, bookings: bookingsFromJson(text: bookings))
    }

    func settle(_ engine: Engine, _ tally: String, _ slice: String, _ period: String) throws -> String {
        let period = try periodFromJson(text: period)
        return try settlementToJson(settlement: engine.settle(tally: tally, slice: slice, period: period))
    }

    func statementHash(_ settlement: String) throws -> String {
        try Coalition.statementHash(settlement: settlementFromJson(text: settlement))
    }

    private func list(_ items: [String]) -> String { "[" + items.joined(separator: ",") + "]" }

    private func quoted(_ text: String) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        return String(decoding: try encoder.encode(text), as: UTF8.self)
    }
}
