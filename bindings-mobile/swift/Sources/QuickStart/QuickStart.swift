import Coalition
import Foundation

@main enum QuickStart {
    static func main() throws {
        let file = { try String(contentsOfFile: "tests/quickstart/\($0)", encoding: .utf8) }
        let engine = try Engine.compile(rulebook: file("rulebook.json"))
        var book = try newBook()
        for line in try file("setup.jsonl").split(separator: "\n") {
            let setup = try commandFromJson(text: String(line))
            book = try evolve(slice: book, outcome: engine.decide(command: setup, slice: book, detail: .plain))
        }
        let purchase = try commandFromJson(text: file("purchase.json"))
        let outcome = try engine.decide(command: purchase, slice: book, detail: .plain)
        guard case .decided(let decided) = outcome else { fatalError("\(outcome)") }
        for case .pointsEarned(_, _, let points, _, _, _, _, _) in decided.events { print("\(points) points") }
    }
}
