import GrafeasProto

extension Grafeas_V1_Layer {
    /// The Dockerfile instruction that made a layer, recovered from `created_by` in the image's history.
    ///
    /// Builders write it in three ways: BuildKit as the instruction (`RUN /bin/sh -c make # buildkit`), Docker's classic
    /// builder as what it ran (`/bin/sh -c make`), or as what it would have run, marked as no operation
    /// (`/bin/sh -c #(nop) COPY file:… in /`). Of other texts there is no directive, and they are the arguments.
    init(createdBy text: String) {
        self.init()
        var text = text.trimmed
        if text.hasSuffix("# buildkit") { text = text.dropLast("# buildkit".count).trimmed }
        let instruction = text.firstRange(of: "#(nop)").map { text[$0.upperBound...].trimmed } ?? text
        let word = String(instruction.prefix { !$0.isWhitespace })
        if Self.directives.contains(word) {
            directive = word
            let rest = instruction.dropFirst(word.count).trimmed
            arguments = word == "RUN" ? Self.commandRun(in: rest) ?? rest : rest
        } else if let command = Self.commandRun(in: text) {
            directive = "RUN"
            arguments = command
        } else {
            arguments = text
        }
    }

    /// What the standard shell of the platform was told to run; nil if it was another program.
    private static func commandRun(in text: String) -> String? {
        ["/bin/sh -c ", "cmd /S /C "].first { text.hasPrefix($0) }.map { text.dropFirst($0.count).trimmed }
    }

    /// Dockerfile reference, overview of instructions.
    private static let directives: Set = [
        "ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "LABEL", "MAINTAINER",
        "ONBUILD", "RUN", "SHELL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR",
    ]
}
