import Foundation
import TestSupport
import Testing

/// The program itself, without any client.
@Suite("End to end: program")
struct ProgramTests {
    @Test("An address that cannot be is refused in a sentence", arguments: ["127.0.0.1:99999", "nowhere"])
    func impossibleAddressesAreRefused(_ address: String) async throws {
        try await inScratchDirectory { scratch in
            let finished = try await FinishedCommand.run(
                try Surroundings.executable(),
                ["serve", "--listen", address, "--database", "sqlite::memory:"],
                in: scratch,
                environment: [:]
            )
            #expect(finished.status != 0)
            #expect(finished.output.contains(address), "\(finished.output)")
            #expect(!finished.output.contains("Fatal error"))
        }
    }
}
