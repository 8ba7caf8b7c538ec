internal import APIMethods
internal import AdmissionFrontend
internal import Foundation
internal import Logging
internal import MessageReflection
internal import MetadataModel
internal import SQLiteStorage
internal import Storage
internal import UseCases
internal import VersionConversion

/// What a server serves, and the store behind it.
struct Assembly: Sendable {
    let types: TypeRegistry
    var methods: [APIMethod]
    /// Who judges images with what is in the store; nil if there is none.
    var judge: (any ImageJudge)?
    /// Whether the store answers.
    let isStoreReady: @Sendable () async -> Bool
    /// Releases the store. The server calls it last, when no call is left.
    let close: @Sendable () async -> Void

    /// Opens the store and builds the methods on it.
    static func make(configuration: ServerConfiguration, logger: Logger) async throws -> Assembly {
        let types = try TypeRegistry.load()
        let store = try openStore(configuration, types: types)
        let services = RecordServices(
            store: store,
            types: types,
            versions: try VersionConversion(types: types),
            limits: configuration.limits,
            projectMustExist: configuration.explicitProjects,
            now: microsecondsSince1970
        )
        let trust = TrustServices(services, decisionsKeptSeconds: configuration.decisionsKeptSeconds) { count, reason in
            let metadata: Logger.Metadata = ["decisions": "\(count)", "reason": "\(reason)"]
            logger.error("decisions were not recorded", metadata: metadata)
        }
        return Assembly(
            types: types,
            methods: grafeasMethods(services: services, trust: trust).all,
            judge: LocalJudge(trust),
            isStoreReady: { (try? await store.checkReady()) != nil },
            close: {
                await trust.drain()
                do {
                    try await store.close()
                } catch {
                    logger.error("the store did not close cleanly", metadata: ["error": "\(error)"])
                }
            }
        )
    }

    /// For a server that has routes of its own and no store.
    static func withoutStore() throws -> Assembly {
        Assembly(types: try TypeRegistry.load(), methods: [], isStoreReady: { true }, close: {})
    }

    private static func openStore(
        _ configuration: ServerConfiguration,
        types: TypeRegistry
    ) throws -> any MetadataStore {
        let location: SQLiteStore.Location =
            switch configuration.database {
            case .sqlite(let path): .file(path: path)
            case .sqliteInMemory: .scratch
            }
        var options = SQLiteStore.Options(now: microsecondsSince1970)
        options.queuedWritesMax = configuration.limits.queuedWritesMax
        options.queuedWriteBytesMax = configuration.limits.queuedWriteBytesMax
        do {
            return try SQLiteStore(location, matchers: MessageMatchers(types: types), options: options)
        } catch let error as StoreOpeningError {
            throw ConfigurationProblem(error.description)
        }
    }
}

/// The system's clock, as the store keeps times.
private let microsecondsSince1970: @Sendable () -> Int64 = {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000
}
