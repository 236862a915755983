import Coalition
import Foundation

@main enum QuickStart {
    static func main() throws {
        func file(_ name: String) throws -> String { try String(contentsOfFile: "tests/quickstart/" + name, encoding: .utf8) }
        let engine = try Engine.compile(rulebook: file("rulebook.json"))
        let setup = try commandsFromJson(text: file("setup.json"))
        let book = try engine.decideMany(commands: setup, slice: newBook(), detail: .plain).slice
        let purchase = try commandFromJson(text: file("purchase.json"))
        let outcome = try engine.decide(command: purchase, slice: book, detail: .plain)
        guard case .decided(let decided) = outcome else { fatalError("\(outcome)") }
        for posting in decided.postings where posting.reason == .award { print("\(posting.amount) points") }
    }
}
