import Coalition
import Foundation

/// A file of the put-together package, in which the tests run.
func text(_ path: String) throws -> String {
    try String(contentsOfFile: path, encoding: .utf8)
}

/// The programme of the quick start, set up: an operator `hq`, a merchant `shop`, a member `li`, 1,000 points minted.
struct Mall {
    let rulebook: String
    let engine: Engine
    let book: String
    let purchaseText: String

    init() throws {
        rulebook = try text("tests/quickstart/rulebook.json")
        engine = try Engine.compile(rulebook: rulebook)
        let setup = try commandsFromJson(text: text("tests/quickstart/setup.json"))
        book = try engine.decideMany(commands: setup, slice: newBook(), detail: .plain).slice
        purchaseText = try text("tests/quickstart/purchase.json")
    }

    /// A command of the operator, made of Swift's types.
    func command(_ number: Int, _ action: Action) -> Command {
        let digits = String(number)
        let id = UUID(uuidString: "00000000-0000-0000-0000-" + String(repeating: "0", count: 12 - digits.count) + digits)!
        let at = "2024-05-02T10:00:00Z"
        return Command(id: id, at: at, booked: at, actor: "hq", action: action)
    }

    /// Two cups of tea, 50.00 in all unless told.
    func purchase(_ id: Id, gross: Amount = 5000, lines: Int = 1) -> Action {
        let lines = (1...lines).map { n in PurchaseLine(n: UInt32(n), product: "tea", quantity: 2, gross: gross) }
        return .recordPurchase(RecordPurchase(purchase: id, merchant: "shop", member: "li", lines: lines))
    }
}
