// swift-tools-version:5.9
// Sources/Coalition and Sources/CoalitionFFI also get the generated files; `cargo xtask test --only swift` puts the whole
// package together under cargo's target folder, with the library in `lib`.
import PackageDescription

let package = Package(
    name: "Coalition",
    platforms: [.iOS(.v15), .macOS(.v12)],
    products: [.library(name: "Coalition", targets: ["Coalition"])],
    targets: [
        .target(name: "CoalitionFFI", linkerSettings: [.linkedLibrary("coalition_mobile")]),
        .target(name: "Coalition", dependencies: ["CoalitionFFI"]),
        .executableTarget(name: "QuickStart", dependencies: ["Coalition"]),
        .executableTarget(name: "Bench", dependencies: ["Coalition"]),
        .testTarget(name: "CoalitionTests", dependencies: ["Coalition"]),
    ]
)
