import ArgumentParser
import Foundation
import Logging
import MetadataModel
import ServerApp
import Testing

@testable import grafeion

@Suite("Settings of the server")
struct SettingsTests {
    @Test func theFlagWinsOverTheEnvironmentAndThatOverTheFile() async throws {
        try await Scratch.with { directory in
            let file = directory.appending(path: "g.yaml").path
            try """
            listen: [127.0.0.1:1, "unix:/run/g.sock"]
            database: sqlite:from-file.db
            log-level: warning
            max-body-bytes: 1048576
            explicit-projects: true
            """.write(toFile: file, atomically: true, encoding: .utf8)
            let flags = try ServeFlags.parse(["--database", "sqlite:from-flag.db", "--no-explicit-projects"])
            let environment = ["GRAFEION_DATABASE": "sqlite:from-env.db", "GRAFEION_LOG_LEVEL": "debug", "HOME": "/"]
            let found = try await SettingsReader(flags: flags.given, environment: environment, filePath: file).read()

            let expected = """
                SETTING             VALUE                         FROM
                listen              127.0.0.1:1,unix:/run/g.sock  FILE:listen
                database            sqlite:from-flag.db           --database
                tls-cert            -                             default
                tls-key             -                             default
                client-ca           -                             default
                explicit-projects   false                         --explicit-projects
                decisions-kept      90                            default
                admission-listen    -                             default
                admission-policy    -                             default
                admission-project   -                             default
                admission-tls-cert  -                             default
                admission-tls-key   -                             default
                log-level           debug                         GRAFEION_LOG_LEVEL
                log-format          text                          default
                shutdown-grace      30                            default
                max-body-bytes      1048576                       FILE:max-body-bytes
                max-header-bytes    16384                         default
                max-message-bytes   4194304                       default
                max-scanned-rows    20000                         default
                max-queued-writes   10000                         default
                max-streams         1000                          default
                max-connections     10000                         default
                idle-timeout        300                           default
                header-timeout      30                            default

                """
            #expect(SettingsTable.text(found).replacing(file, with: "FILE") == expected)

            let settings = try ServeSettings(found)
            #expect(settings.server.listen == [.tcp(host: "127.0.0.1", port: 1), .unix(path: "/run/g.sock")])
            #expect(settings.server.database == .sqlite(path: "from-flag.db"))
            #expect(settings.server.limits.bodyBytesMax == 1 << 20)
            #expect(settings.server.tls == nil)
            #expect(settings.logLevel == .debug)
        }
    }

    @Test func severalAddressesAreRepeatedFlagsOrCommasInTheEnvironment() async throws {
        let flags = try ServeFlags.parse(["--listen", "127.0.0.1:1", "--listen", "[::1]:2"])
        let first = ListenAddress.tcp(host: "127.0.0.1", port: 1)
        #expect(try await settings(flags.given).server.listen == [first, .tcp(host: "::1", port: 2)])
        let fromEnvironment = try await settings([:], ["GRAFEION_LISTEN": "127.0.0.1:1,unix:/x"])
        #expect(fromEnvironment.server.listen == [first, .unix(path: "/x")])
    }

    @Test func anEmptyValueSwitchesAFileOff() async throws {
        let certificate = ["tls-cert": ["c.pem"], "tls-key": ["k.pem"]]
        let open = try await settings(certificate, ["GRAFEION_CLIENT_CA": ""])
        #expect(open.server.tls == (try TLSFiles(certificate: "c.pem", key: "k.pem", clientCA: nil)))
        let closed = try await settings(certificate, ["GRAFEION_CLIENT_CA": "ca.pem"])
        #expect(closed.server.tls?.clientCA == "ca.pem")
    }

    @Test(arguments: [
        (
            ["--max-body-bytes", "lots"],
            "--max-body-bytes: expected a whole number from 1024 to 1073741824; got \"lots\""
        ),
        (["--log-format", "xml"], "--log-format: expected text or json; got \"xml\""),
        (
            ["--database", "postgres://x"],
            "--database: database \"postgres://x\": expected sqlite:PATH or sqlite::memory:, for example sqlite:grafeion.db"
        ),
        (
            ["--listen", "8080"],
            "--listen: listen address \"8080\": the port is missing; expected HOST:PORT, [IPV6]:PORT or unix:PATH"
        ),
        (
            ["--tls-cert", "c.pem"],
            "--tls-cert: a TLS certificate is given without its key; give the key's file as well"
        ),
        (
            ["--client-ca", "ca.pem"],
            "--client-ca: a client CA is given without certificate and key; clients can be checked only over TLS, so give both"
        ),
    ])
    func aValueThatCannotBeUsedIsNamedWithItsSource(arguments: [String], message: String) async throws {
        await #expect(throws: SettingProblem(message)) {
            _ = try await settings(try ServeFlags.parse(arguments).given)
        }
    }

    @Test func aWrongValueInTheEnvironmentNamesTheVariable() async throws {
        await #expect(
            throws: SettingProblem("GRAFEION_EXPLICIT_PROJECTS: expected true or false; got \"yes\"")
        ) { _ = try await settings([:], ["GRAFEION_EXPLICIT_PROJECTS": "yes"]) }
    }

    @Test(arguments: [
        ("lisen: x", "g.yaml, line 1: \"lisen\" is not a setting; did you mean \"listen\"?"),
        (
            "listen: x\nmax_body_bytes: 1",
            "g.yaml, line 2: \"max_body_bytes\" is not a setting; did you mean \"max-body-bytes\"?"
        ),
        ("tls:\n  cert: x", "g.yaml, line 1: \"tls\" is not a setting; did you mean \"tls-key\"?"),
        ("colour: red", "g.yaml, line 1: \"colour\" is not a setting; grafeion serve --print-config lists them all"),
        ("listen:\n  a: b", "g.yaml, line 1: listen takes no settings of its own"),
        ("- listen", "g.yaml: expected settings, one a line, such as \"listen: 127.0.0.1:8080\""),
    ])
    func aKeyThatIsNoSettingIsRefused(text: String, message: String) {
        #expect(throws: SettingProblem(message)) { try SettingsFile.check(text: text, path: "g.yaml") }
    }

    @Test func everySettingHasAFlagThatReachesIt() throws {
        for option in ServeOption.all where option.form != .truth {
            let value = option.defaultText ?? "x"
            #expect(try ServeFlags.parse([option.flag, value]).given == [option.key: [value]])
        }
        #expect(try ServeFlags.parse(["--explicit-projects"]).given == ["explicit-projects": ["true"]])
    }

    private func settings(
        _ flags: [String: [String]],
        _ environment: [String: String] = [:]
    ) async throws -> ServeSettings {
        try ServeSettings(try await SettingsReader(flags: flags, environment: environment, filePath: nil).read())
    }
}
