import ArgumentParser

/// `grafeion completions SHELL`
struct CompletionsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "completions",
        abstract: "Print a completion script for a shell.",
        discussion: """
            Examples:

              source <(grafeion completions bash)
              grafeion completions zsh > "${fpath[1]}/_grafeion"
              grafeion completions fish > ~/.config/fish/completions/grafeion.fish
            """
    )

    enum Shell: String, ExpressibleByArgument, CaseIterable {
        case bash, zsh, fish
    }

    @Argument(help: "bash, zsh or fish.")
    var shell: Shell

    func run() {
        let script =
            switch shell {
            case .bash: Grafeion.completionScript(for: .bash)
            case .zsh: Grafeion.completionScript(for: .zsh)
            case .fish: Grafeion.completionScript(for: .fish)
            }
        Console().out(script + "\n")
    }
}
