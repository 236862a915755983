import Coalition
import Foundation

/// What a call costs from Swift: the calls that `cargo run -p coalition-benches --bin doors` measures natively and writes
/// as files into the folder `doors`.
@main enum Bench {
    static let rounds = 15
    static let batch = 1_000

    static func main() throws {
        func file(_ name: String) throws -> String { try String(contentsOfFile: "doors/" + name, encoding: .utf8) }
        let engine = try Engine.compile(rulebook: file("rulebook.json"))
        let (slice, all) = try (file("slice.json"), file("slice-batch.json"))
        let (text, texts) = try (file("command.json"), file("commands.json"))
        let (command, commands) = try (commandFromJson(text: text), commandsFromJson(text: texts))
        guard commands.count == batch, case .decided = try engine.decide(command: command, slice: slice, detail: .plain)
        else { fatalError("the files are of another bench") }

        try measure("typed, single") {
            for _ in 0..<batch { _ = try engine.decide(command: command, slice: slice, detail: .plain) }
        }
        try measure("json, single") {
            for _ in 0..<batch { _ = try engine.decideJson(command: text, slice: slice, detail: .plain) }
        }
        try measure("typed, 1000") { _ = try engine.decideMany(commands: commands, slice: all, detail: .plain) }
        try measure("json, 1000") { _ = try engine.decideManyJson(commands: texts, slice: all, detail: .plain) }
    }

    /// The median of some rounds of a thousand calls each.
    static func measure(_ name: String, _ round: () throws -> Void) rethrows {
        var times: [Double] = []
        for _ in 0..<rounds {
            let start = DispatchTime.now().uptimeNanoseconds
            try round()
            times.append(Double(DispatchTime.now().uptimeNanoseconds - start) / 1_000 / Double(batch))
        }
        print("swift: \(name): \(String(format: "%.2f", times.sorted()[rounds / 2])) us a call")
    }
}
