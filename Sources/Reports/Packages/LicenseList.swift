import GrafeasProto

/// The licences of one package, all of which hold.
struct LicenseList: Sendable, Equatable {
    private var texts: [String] = []
    /// Licences that are not in the list because they are no names.
    private var unnamedCount = 0

    var isEmpty: Bool { texts.isEmpty && unnamedCount == 0 }

    /// Adds an SPDX expression, the id of a licence, or its name. What SPDX writes where nothing is known adds nothing.
    mutating func add(_ text: String?, _ limits: ReportLimits) {
        guard let text, text != "NOASSERTION", text != "NONE", !texts.contains(text) else { return }
        let isName = text.utf8.count <= limits.licenseBytesMax && !text.utf8.contains { $0 < 0x20 || $0 == 0x7F }
        if isName, texts.count < limits.licensesMax { texts.append(text) } else { unnamedCount += 1 }
    }

    /// One expression of all; a choice among them keeps its parts together.
    var message: Grafeas_V1_License? {
        if isEmpty { return nil }
        var license = Grafeas_V1_License()
        let parts = texts.count == 1 ? texts : texts.map { $0.contains(" OR ") ? "(\($0))" : $0 }
        license.expression = parts.joined(separator: " AND ")
        if unnamedCount > 0 { license.comments = "and \(unnamedCount) more, given as text or beyond the bound" }
        return license
    }
}
