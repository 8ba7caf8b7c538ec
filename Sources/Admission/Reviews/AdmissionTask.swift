import MetadataModel

/// What a review asks of a policy.
public enum AdmissionTask: Sendable, Equatable {
    /// Nothing: it may go on. The reason is for logs.
    case pass(String)
    /// All images of the workload are to be judged.
    case judge(Workload)
}

extension AdmissionReview {
    /// What is to be done. Nothing is looked up for it.
    ///
    /// An update is judged if it has an image at a container or volume where the old object did not have it, asks for break-glass
    /// otherwise than before, or changes the service account, by which policies are chosen. Who owns the object plays no
    /// part: a pod that is changed by hand has the same owner. Then *all* images are judged, those that stay too: what is
    /// decided is whether this pod may run, and a decision about a part of it would answer another question than the one
    /// that is looked up by its name later.
    ///
    /// - Throws: if the object cannot be judged, which is a reason to deny it: a workload of a version that is not known, a
    ///   container without an image, more images than the limits.
    public func task(limits: AdmissionLimits = AdmissionLimits()) throws(AdmissionProblem) -> AdmissionTask {
        do {
            return try task(containersMax: limits.containersMax)
        } catch {
            throw error.inside(envelope)
        }
    }

    private func task(containersMax: Int) throws(AdmissionProblem) -> AdmissionTask {
        switch operation {
        case .delete, .connect: return .pass("\(operation.rawValue) brings no images")
        case .create, .update: break
        }
        if subresource == Self.ephemeralContainers {
            if kind != ObjectKind(group: "", version: "v1", kind: "Pod") {
                // Before Kubernetes 1.22 the object was a list without the pod.
                throw AdmissionProblem("\(subresource) of kind \(kind) cannot be judged; a Pod (v1) was expected")
            }
        } else if !subresource.isEmpty {
            return .pass("the subresource \(subresource) brings no images")
        }
        guard let form = try WorkloadForm(kind) else { return .pass("\(kind) is no workload with a pod template") }
        try checkObject()
        let pod = try PodSource(object, form)
        let old = operation == .create || oldObject.isMissing ? nil : try PodSource(oldObject, form)
        if let old, !pod.asksMore(than: old) {
            return .pass("the update changes no image, no service account and no break-glass")
        }
        if pod.images.isEmpty { return .pass("the object has no containers") }
        if pod.images.count > containersMax {
            throw AdmissionProblem("\(kind) has \(pod.images.count) images; at most \(containersMax) are judged")
        }
        return .judge(try Workload(pod, replacing: old, in: self))
    }

    /// The object is there, and it is what the request says that it is: read as another kind it would seem to have no
    /// containers.
    private func checkObject() throws(AdmissionProblem) {
        if object.isMissing { throw AdmissionProblem("\(object.path) is missing: there is nothing to judge") }
        let own = try object.member("kind").string()
        if !own.isEmpty, own != kind.kind {
            throw AdmissionProblem("\(object.path) is of kind \(own.quotedForMessage), not the \(kind) of request.kind")
        }
    }

    private static let ephemeralContainers = "ephemeralcontainers"
}

extension PodSource {
    /// Whether there is anything in this that was not judged with the old object.
    fileprivate func asksMore(than old: PodSource) -> Bool {
        let known = Set(old.images)
        return images.contains { !known.contains($0) } || !serviceAccount.isSame(as: old.serviceAccount)
            || (breakGlass != nil && breakGlass != old.breakGlass)
    }
}
