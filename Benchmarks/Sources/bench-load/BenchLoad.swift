import Payloads

/// Fills a running server through its API or the file of one that has ended, or writes requests for load generators:
///
///     bench-load fill HOST PORT NOTES IMAGES PER-IMAGE
///     bench-load trust HOST PORT NOTES IMAGES
///     bench-load estate FILE IMAGES
///     bench-load requests DIRECTORY NOTES IMAGES
@main
struct BenchLoad {
    static func main() async throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        let numbers = arguments.compactMap(Int.init)
        switch (arguments.first, numbers.count) {
        case ("fill", 4):
            let fill = Fill(
                address: arguments[1],
                port: numbers[0],
                payload: Payload(noteCount: numbers[1]),
                images: numbers[2],
                perImage: numbers[3]
            )
            try await fill.run()
        case ("trust", 3):
            let fill = TrustFill(
                address: arguments[1],
                port: numbers[0],
                payload: Payload(noteCount: numbers[1]),
                images: numbers[2]
            )
            try await fill.run()
        case ("estate", 1):
            let start = ContinuousClock.now
            var fill = try EstateFill(path: arguments[1], estate: Estate(images: numbers[0]))
            try fill.run()
            print("occurrences \(fill.occurrenceCount)")
            print("seconds \((ContinuousClock.now - start) / .seconds(1))")
        case ("requests", 2):
            let payload = Payload(noteCount: numbers[0])
            try RequestFiles(directory: arguments[1], payload: payload, images: numbers[1]).write()
        default:
            throw UsageError()
        }
    }
}

struct UsageError: Error, CustomStringConvertible {
    var description: String {
        """
        usage: bench-load fill HOST PORT NOTES IMAGES PER-IMAGE | bench-load trust HOST PORT NOTES IMAGES | \
        bench-load estate FILE IMAGES | bench-load requests DIRECTORY NOTES IMAGES
        """
    }
}
