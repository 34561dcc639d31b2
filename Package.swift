// swift-tools-version: 6.2

import PackageDescription

let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InferIsolatedConformances"),
  .enableUpcomingFeature("InternalImportsByDefault"),  // a C type in our API does not compile
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  .treatAllWarnings(as: .error),
]

let package = Package(
  name: "shadowscope",
  products: [
    .executable(name: "shadowscope", targets: ["shadowscope"]),
    // Loaded by the sandbox's broker, from beside the program.
    .library(
      name: "MosquittoNetworkedThings", type: .dynamic, targets: ["MosquittoNetworkedThings"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")
  ],
  targets: [
    // MARK: C libraries

    // No pkgConfig: ncursesw.pc carries -D flags, which SwiftPM refuses with a warning.
    .systemLibrary(name: "CNcurses", providers: [.apt(["libncurses-dev"])]),
    .systemLibrary(
      name: "CMosquitto", pkgConfig: "libmosquitto", providers: [.apt(["libmosquitto-dev"])]),
    .systemLibrary(name: "COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
    .systemLibrary(name: "CZip", pkgConfig: "libzip", providers: [.apt(["libzip-dev"])]),
    .systemLibrary(name: "CProcess"),
    // No pkgConfig: libmicrohttpd.pc names folders of headers that are not needed.
    .systemLibrary(name: "CMicroHTTPD", providers: [.apt(["libmicrohttpd-dev"])]),
    // toml++ is headers only: `apt-get install libtomlplusplus-dev`, found without pkg-config.
    .target(name: "CTOML"),

    // MARK: JSON: a lossless document

    .target(name: "JSON", swiftSettings: strict),
    // Shadow for its seeded generator, here and below.
    .testTarget(name: "JSONTests", dependencies: ["JSON", "Shadow"], swiftSettings: strict),

    // MARK: Shadow: what a shadow is

    .target(name: "Shadow", dependencies: ["JSON"], swiftSettings: strict),
    .testTarget(name: "ShadowTests", dependencies: ["Shadow", "JSON"], swiftSettings: strict),

    // MARK: Recordings: what was recorded, and how it is played again

    .target(name: "Recordings", dependencies: ["Shadow", "JSON"], swiftSettings: strict),
    .testTarget(
      name: "RecordingsTests", dependencies: ["Recordings", "Shadow", "JSON"],
      swiftSettings: strict),

    // MARK: Simulation: devices without firmware

    .target(name: "Simulation", dependencies: ["Shadow", "JSON"], swiftSettings: strict),
    .testTarget(
      name: "SimulationTests", dependencies: ["Simulation", "Shadow", "JSON"],
      swiftSettings: strict),

    // MARK: ShadowService: what the service does

    .target(name: "ShadowService", dependencies: ["Shadow", "JSON"], swiftSettings: strict),
    .testTarget(
      name: "ShadowServiceTests", dependencies: ["ShadowService", "Shadow", "JSON"],
      resources: [.copy("worked-examples.json")], swiftSettings: strict),

    // MARK: Conditions: what a script waits for

    .target(name: "Conditions", dependencies: ["Shadow", "JSON"], swiftSettings: strict),
    .testTarget(
      name: "ConditionsTests", dependencies: ["Conditions", "Shadow", "JSON"],
      swiftSettings: strict),

    // MARK: Canvas: cells and frames

    .target(name: "Canvas", swiftSettings: strict),
    .testTarget(name: "CanvasTests", dependencies: ["Canvas", "Shadow"], swiftSettings: strict),

    // MARK: Monitor: the application, pure

    .target(name: "Monitor", dependencies: ["Shadow", "JSON", "Canvas"], swiftSettings: strict),
    .testTarget(
      name: "MonitorTests", dependencies: ["Monitor", "Shadow", "JSON", "Canvas"],
      exclude: ["Golden"], swiftSettings: strict),

    // MARK: Backdating: files of past observations, pure

    .target(
      name: "Backdating", dependencies: ["Monitor", "Simulation", "Shadow", "JSON"],
      swiftSettings: strict),
    .testTarget(
      name: "BackdatingTests", dependencies: ["Backdating", "Monitor", "Shadow", "JSON"],
      swiftSettings: strict),

    // MARK: Settings: themes and the settings file

    .target(
      name: "Settings",
      dependencies: ["Monitor", "Canvas", "Shadow", "JSON", "Simulation", "Thing", "CTOML"],
      resources: [.embedInCode("soil-probe.toml"), .embedInCode("weather-station.toml")],
      swiftSettings: strict),
    .testTarget(
      name: "SettingsTests",
      dependencies: [
        "Settings", "Monitor", "Canvas", "Shadow", "JSON", "Simulation", "Sandbox", "TestSupport",
      ],
      swiftSettings: strict),

    // MARK: Thing: credentials, TLS, MQTT, the session

    .target(
      name: "Thing",
      dependencies: ["Shadow", "JSON", "Recordings", "CMosquitto", "COpenSSL", "CZip"],
      swiftSettings: strict),
    .testTarget(
      name: "ThingTests",
      dependencies: [
        "Thing", "Shadow", "JSON", "Recordings", "Sandbox", "COpenSSL", "CZip", "TestSupport",
      ],
      swiftSettings: strict),

    // MARK: Terminal: the only room that knows ncurses

    .target(
      name: "Terminal", dependencies: ["Canvas", "CNcurses", "CProcess"], swiftSettings: strict),
    .testTarget(
      name: "TerminalTests", dependencies: ["Terminal", "Canvas", "TestSupport"],
      swiftSettings: strict),

    // MARK: Sandbox: authority, broker, service and a simulated device

    .target(
      name: "Sandbox",
      dependencies: [
        "ShadowService", "Simulation", "Shadow", "JSON", "Thing", "COpenSSL", "CZip",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "SandboxTests",
      dependencies: [
        "Sandbox", "ShadowService", "Simulation", "Thing", "Shadow", "JSON", "TestSupport",
      ],
      swiftSettings: strict),

    // MARK: MosquittoNetworkedThings: a plug-in of the sandbox's broker

    .target(name: "MosquittoNetworkedThings"),

    // MARK: SandboxFileServer: what serves the files behind the sandbox's signed URLs

    .executableTarget(
      name: "SandboxFileServer",
      dependencies: ["Sandbox", "ShadowService", "Thing", "CMicroHTTPD"], swiftSettings: strict),

    // MARK: The program

    .executableTarget(
      name: "shadowscope",
      dependencies: [
        "JSON", "Shadow", "Recordings", "Simulation", "Canvas", "Monitor", "Settings", "Thing",
        "Terminal", "Sandbox", "CProcess", "Conditions", "Backdating",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ], swiftSettings: strict),
    .testTarget(
      name: "AcceptanceTests",
      dependencies: [
        "shadowscope", "Monitor", "Settings", "Sandbox", "Simulation", "Recordings", "Thing",
        "Shadow", "JSON", "TestSupport",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict),

    // MARK: Faults of all kinds, and what becomes of edits meanwhile

    .testTarget(
      name: "FaultTests",
      dependencies: [
        "shadowscope", "Monitor", "Sandbox", "Thing", "Shadow", "JSON", "Canvas", "TestSupport",
      ],
      swiftSettings: strict),

    // MARK: What the tests share

    .target(
      name: "TestSupport", dependencies: ["Sandbox", "Thing", "COpenSSL", "CZip"],
      path: "Tests/TestSupport",
      swiftSettings: strict),
  ],
  swiftLanguageModes: [.v6],
  cxxLanguageStandard: .cxx17
)
