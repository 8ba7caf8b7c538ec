import GrafeasProto
import MetadataModel
import StrictJSON
import SwiftProtobuf

/// A statement that an occurrence repeats in its own fields, where no signature covers it. Whoever reads those fields must
/// not be told anything that was not signed.
struct UnsignedCopy {
    /// Where in the occurrence it stands.
    let place: String
    /// The copy in the words of in-toto; nil if it cannot be told.
    let statement: JSONValue?

    static func all(in occurrence: Occurrence) -> [UnsignedCopy] {
        var copies: [UnsignedCopy] = []
        if occurrence.build.hasIntotoStatement {
            copies.append(UnsignedCopy(occurrence.build.intotoStatement, "build.intoto_statement"))
        }
        if occurrence.build.hasInTotoSlsaProvenanceV1 {
            let place = "build.in_toto_slsa_provenance_v1"
            copies.append(UnsignedCopy(place: place, json: try? occurrence.build.inTotoSlsaProvenanceV1.jsonString()))
        }
        if case .statement(let statement)? = occurrence.dsseAttestation.decodedPayload {
            copies.append(UnsignedCopy(statement, "dsse_attestation.statement"))
        }
        return copies
    }

    private init(_ statement: Grafeas_V1_InTotoStatement, _ place: String) {
        var statement = statement
        if case .slsaProvenance(var provenance)? = statement.predicate {
            // Parts whose type nobody here knows have no JSON and cannot be compared.
            if (try? provenance.recipe.arguments.jsonString()) == nil { provenance.recipe.clearArguments() }
            if (try? provenance.recipe.environment.jsonString()) == nil { provenance.recipe.clearEnvironment() }
            statement.slsaProvenance = provenance
        }
        self.init(place: place, json: try? statement.jsonString())
    }

    private init(place: String, json: String?) {
        self.place = place
        statement = json.flatMap { try? JSONValue(payload: Array($0.utf8)) }?.inWordsOfInToto
    }

    /// Checks that the copy says nothing other than what was signed. It may say less: proto3 drops what is empty, and
    /// Grafeas has no fields for some of it.
    func check(against payload: SignedPayload) throws(AttestationProblem) {
        guard case .statement(let signed) = payload else {
            throw AttestationProblem("\(place) is a statement, and what was signed is none")
        }
        guard let statement else { throw AttestationProblem("\(place) cannot be held against the signed statement") }
        if let path = statement.firstDifference(from: signed.json) {
            throw AttestationProblem("\(place) says another \(path) than the signed statement")
        }
    }
}

extension JSONValue {
    /// Grafeas names the predicate by its type; in-toto does not.
    fileprivate var inWordsOfInToto: JSONValue {
        guard case .object(let members) = self else { return self }
        let names: Set = ["provenance", "slsaProvenance", "slsaProvenanceZeroTwo"]
        return .object(
            members.map { names.contains($0.name) ? JSONMember(name: "predicate", value: $0.value) : $0 }
        )
    }

    /// The path of the first thing that this says and the other says otherwise or not at all; nil if there is none.
    fileprivate func firstDifference(from other: JSONValue?) -> String? {
        if isEmpty { return nil }
        switch (unwrapped, other) {
        case (.object(let members), .object?):
            for member in members {
                guard let difference = member.value.firstDifference(from: other?[member.name]) else { continue }
                return difference.isEmpty ? member.name : "\(member.name).\(difference)"
            }
            return nil
        case (.array(let elements), .array(let others)?):
            guard elements.count == others.count else { return "" }
            for (index, (element, match)) in zip(elements, others).enumerated() {
                guard let difference = element.firstDifference(from: match) else { continue }
                return difference.isEmpty ? "[\(index)]" : "[\(index)].\(difference)"
            }
            return nil
        case (let value, let match?): return value.isSameScalar(as: match) ? nil : ""
        case (_, nil): return ""
        }
    }

    /// An object of a type that this program does not know is kept as a Struct, which protobuf's JSON wraps.
    private var unwrapped: JSONValue {
        if case .string("type.googleapis.com/google.protobuf.Struct")? = self["@type"], let value = self["value"] {
            return value
        }
        return self
    }

    /// Whether this is what proto3 does not tell from nothing.
    private var isEmpty: Bool {
        switch self {
        case .null, .boolean(false), .string(""), .number("0"), .array([]), .object([]): true
        default: false
        }
    }

    /// Whether two scalars say the same, as protobuf writes it and as the signer did: 64-bit integers in quotes or not,
    /// numbers by value, times with or without zeros at the end.
    private func isSameScalar(as other: JSONValue) -> Bool {
        switch (self, other) {
        case (.string(let text), .string(let match)):
            text.utf8.elementsEqual(match.utf8) || text.withoutTrailingZeros == match.withoutTrailingZeros
        case (.string(let text), .number(let digits)), (.number(let digits), .string(let text)): text == digits
        case (.number(let digits), .number(let match)): digits == match || Double(digits) == Double(match)
        default: self == other
        }
    }
}

extension String {
    /// A time without the zeros that end its fraction of a second; any other text as it is.
    fileprivate var withoutTrailingZeros: [UInt8] {
        var bytes = Array(utf8)
        let isTime = bytes.count >= 20 && bytes[10] == UInt8(ascii: "T") && bytes.last == UInt8(ascii: "Z")
        guard isTime, bytes.count == 20 || bytes[19] == UInt8(ascii: ".") else { return bytes }
        bytes.removeLast()
        if bytes.count > 19 { while bytes.last == UInt8(ascii: "0") { bytes.removeLast() } }
        if bytes.count == 20 { bytes.removeLast() }
        return bytes
    }
}
