import Dispatch
import Synchronization

/// A piece of work took longer than it may.
struct DeadlinePassed: Error {}

/// Threads of their own for work that may come to stand still, as reads of a disk that does not answer do: those that all
/// tasks share have to be free to say that time is over.
final class WorkThreads: TaskExecutor {
    private let queue = DispatchQueue(label: "dev.grafeion.admission.work", attributes: .concurrent)

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}

/// Runs work on threads of its own, and stops waiting for it when its time is over. The work is cancelled then, and what it
/// does in spite of that nobody waits for.
func withDeadline<Result: Sendable>(
    milliseconds: Int,
    on threads: WorkThreads,
    _ work: @escaping @Sendable () async throws -> Result
) async throws -> Result {
    let race = Race<Result>()
    return try await withTaskCancellationHandler {
        try await withCheckedThrowingContinuation { answer in
            race.begin(answer)
            let working = Task(executorPreference: threads) {
                do {
                    race.end(.success(try await work()))
                } catch {
                    race.end(.failure(error))
                }
            }
            let waiting = Task {
                guard (try? await Task.sleep(for: .milliseconds(milliseconds))) != nil else { return }
                race.end(.failure(DeadlinePassed()))
            }
            race.run(working, waiting)
        }
    } onCancel: {
        race.end(.failure(CancellationError()))
    }
}

/// The first of several ends counts.
private final class Race<Value: Sendable>: Sendable {
    private struct State {
        var answer: CheckedContinuation<Value, any Error>?
        var early: Result<Value, any Error>?
        var tasks: [Task<Void, Never>] = []
        var hasEnded = false
    }

    private let state = Mutex(State())

    func begin(_ answer: CheckedContinuation<Value, any Error>) {
        let early = state.withLock { state in
            if state.early == nil { state.answer = answer }
            return state.early
        }
        if let early { answer.resume(with: early) }
    }

    func run(_ tasks: Task<Void, Never>...) {
        let isLate = state.withLock { state in
            state.tasks = tasks
            return state.hasEnded
        }
        if isLate { tasks.forEach { $0.cancel() } }
    }

    func end(_ result: Result<Value, any Error>) {
        let (answer, tasks) = state.withLock { state -> (CheckedContinuation<Value, any Error>?, [Task<Void, Never>]) in
            if state.hasEnded { return (nil, []) }
            state.hasEnded = true
            if state.answer == nil { state.early = result }
            defer { state.answer = nil }
            return (state.answer, state.tasks)
        }
        tasks.forEach { $0.cancel() }
        answer?.resume(with: result)
    }
}
