import MetadataModel

/// What a remark in CSAF may be about: a product, or a group of them.
enum CSAFSubject: Hashable {
    case product(ExactText)
    /// A group by its number in ``CSAFProducts``.
    case group(Int)
}

/// Remarks of one kind by what they are about. Groups are not spelt out: many large ones with many remarks each would
/// be far more than the document.
struct CSAFRemarks<Remark> {
    private var bySubject: [CSAFSubject: [Remark]] = [:]
    /// Those that name neither products nor groups hold for all.
    private var general: [Remark] = []

    mutating func add(_ remark: Remark, about subjects: [CSAFSubject]) {
        for subject in subjects { bySubject[subject, default: []].append(remark) }
        if subjects.isEmpty { general.append(remark) }
    }

    /// The first remarks about a product, which has these names: its own first, then those of its groups.
    func remarks(of subjects: [CSAFSubject], max: Int) -> [Remark] {
        var found: [Remark] = []
        for subject in subjects where found.count < max {
            found += (bySubject[subject] ?? []).prefix(max - found.count)
        }
        return found + general.prefix(max - found.count)
    }
}

extension JSONNode {
    /// The id of a product or of a group of them.
    func productID() throws(ReportProblem) -> ExactText {
        ExactText(try requiredName(bytesMax: limits.pathBytesMax, "the product's id"))
    }
}
