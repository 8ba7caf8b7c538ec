import StrictJSON

extension JSONValue {
    /// Reads the JSON of a signed payload: signer and verifier must not read two things in one text.
    init(payload bytes: [UInt8], bytesMax: Int = AttestationLimits.payloadBytesMax) throws(AttestationProblem) {
        if bytes.count > bytesMax {
            throw AttestationProblem("the payload has \(bytes.count) bytes; at most \(bytesMax) are taken")
        }
        let limits = JSONLimits(
            bytesMax: bytesMax,
            depthMax: AttestationLimits.depthMax,
            valuesMax: AttestationLimits.payloadValuesMax
        )
        do {
            try self.init(parsing: bytes, limits: limits)
        } catch {
            throw AttestationProblem("the payload is not JSON that can be relied on: \(error)")
        }
    }

    /// The text at a path of members.
    func string(at path: String...) throws(AttestationProblem) -> String {
        var value = self
        for (index, name) in path.enumerated() {
            guard let next = value[name] else {
                throw AttestationProblem("\(path[...index].joined(separator: ".")) is missing")
            }
            value = next
        }
        guard let text = value.string else {
            throw AttestationProblem("\(path.joined(separator: ".")) is \(value.kind), not a string")
        }
        return text
    }
}
