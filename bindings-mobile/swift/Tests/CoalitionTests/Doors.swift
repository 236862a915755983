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
    func figures(_ engine: Engine, _ tally: String, _ period: String) throws -> String
    func statementHash(_ settlement: String) throws -> String
    func planCodes(_ plan: String, _ count: String) throws -> String
    func generateCodes(_ plan: String, _ count: String, _ entropy: String) throws -> String
    func readCode(_ text: String) throws -> String
    func publicKey(_ signingKey: String) throws -> String
    func checkKeys(_ keys: String) throws -> String
    func signToken(_ token: String, _ signingKey: String) throws -> String
    func verifyOffline(_ text: String, _ keys: String, _ audience: String, _ purpose: String, _ at: String) throws -> String
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

    func figures(_ engine: Engine, _ tally: String, _ period: String) throws -> String {
        try engine.figuresJson(tally: tally, period: period)
    }

    func statementHash(_ settlement: String) throws -> String {
        try statementHashJson(settlement: settlement)
    }

    func planCodes(_ plan: String, _ count: String) throws -> String { try planCodesJson(plan: plan, count: count) }

    func generateCodes(_ plan: String, _ count: String, _ entropy: String) throws -> String {
        try generateCodesJson(plan: plan, count: count, entropy: entropy)
    }

    func readCode(_ text: String) throws -> String { try readCodeJson(text: text) }

    func publicKey(_ signingKey: String) throws -> String { try publicKeyJson(signingKey: signingKey) }

    func checkKeys(_ keys: String) throws -> String { try checkKeysJson(keys: keys) }

    func signToken(_ token: String, _ signingKey: String) throws -> String {
        try signTokenJson(token: token, signingKey: signingKey)
    }

    func verifyOffline(_ text: String, _ keys: String, _ audience: String, _ purpose: String, _ at: String) throws -> String {
        try verifyOfflineJson(text: text, keys: keys, audience: audience, purpose: purpose, at: at)
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

    func figures(_ engine: Engine, _ tally: String, _ period: String) throws -> String {
        try figuresToJson(figures: engine.figures(tally: tally, period: periodFromJson(text: period)))
    }

    func statementHash(_ settlement: String) throws -> String {
        try Coalition.statementHash(settlement: settlementFromJson(text: settlement))
    }

    func planCodes(_ plan: String, _ count: String) throws -> String {
        let needs = try Coalition.planCodes(plan: codePlanFromJson(text: plan), count: whole(count))
        return "{\"entropy_bytes\":\(needs.entropyBytes),\"length\":\(needs.length)}"
    }

    func generateCodes(_ plan: String, _ count: String, _ entropy: String) throws -> String {
        let octets = try bytes(plain(entropy))
        let plan = try codePlanFromJson(text: plan)
        return list(try Coalition.generateCodes(plan: plan, count: whole(count), entropy: octets).map(quoted))
    }

    func readCode(_ text: String) throws -> String {
        let written = try Coalition.readCode(text: plain(text))
        return "{\"code\":\"\(written.code)\",\"grouped\":\"\(written.grouped)\"}"
    }

    func publicKey(_ signingKey: String) throws -> String { try Coalition.publicKey(signingKey: plain(signingKey)) }

    func checkKeys(_ keys: String) throws -> String {
        let ring = try keysFromJson(text: keys)
        try Coalition.checkKeys(keys: ring)
        return try keysToJson(keys: ring)
    }

    func signToken(_ token: String, _ signingKey: String) throws -> String {
        try Coalition.signToken(token: tokenFromJson(text: token), signingKey: plain(signingKey))
    }

    func verifyOffline(_ text: String, _ keys: String, _ audience: String, _ purpose: String, _ at: String) throws -> String {
        let what: Purpose = try plain(purpose) == "claim" ? .claim : .redeem
        let (whom, moment, ring) = try (plain(audience), plain(at), keysFromJson(text: keys))
        let token = try Coalition.verifyOffline(text: plain(text), keys: ring, audience: whom, purpose: what, at: moment)
        return try tokenToJson(token: token)
    }

    /// The text that the JSON of a text stands for.
    private func plain(_ json: String) throws -> String {
        try JSONDecoder().decode([String].self, from: Data("[\(json)]".utf8))[0]
    }

    private func whole(_ digits: String) throws -> UInt32 {
        guard let number = UInt32(digits) else { throw Unreadable(what: "a count of \(digits)") }
        return number
    }

    /// The bytes of a text in base 16.
    private func bytes(_ digits: String) throws -> Data {
        var octets = Data()
        var rest = Substring(digits)
        while !rest.isEmpty {
            guard let octet = UInt8(rest.prefix(2), radix: 16) else { throw Unreadable(what: "digits") }
            octets.append(octet)
            rest = rest.dropFirst(2)
        }
        return octets
    }

    private func list(_ items: [String]) -> String { "[" + items.joined(separator: ",") + "]" }

    private func quoted(_ text: String) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        return String(decoding: try encoder.encode(text), as: UTF8.self)
    }
}
