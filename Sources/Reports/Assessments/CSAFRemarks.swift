import MetadataModel

/// What a remark in CSAF may be about: a product, or a group of them.
enum CSAFSubject: Hashable {
    case product(ExactText)
    case group(ExactText)
}

/// Remarks of one kind by what they are about. Groups are not spelt out: many large ones with many remarks each would
/// be far more than the document.
struct CSAFRemarks<Remark> {
    private var bySubject: [CSAFSubject: [Remark]] = [:]
    /// Those that name neither products nor groups hold for all.
    private var general: [Remark] = []

    /// Adds a remark, which names its subjects in `node`.
    mutating func add(_ remark: Remark, _ node: JSONNode) throws(ReportProblem) {
        var isGeneral = true
        for id in try node["product_ids"].array() {
            bySubject[.product(try id.productID()), default: []].append(remark)
            isGeneral = false
        }
        for id in try node["group_ids"].array() {
            bySubject[.group(try id.productID()), default: []].append(remark)
            isGeneral = false
        }
        if isGeneral { general.append(remark) }
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
