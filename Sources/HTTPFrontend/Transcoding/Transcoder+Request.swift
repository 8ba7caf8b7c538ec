import MessageReflection
import MetadataModel

extension Transcoder {
    /// What the path says for a field.
    private typealias PathValue = (variable: Route.PathVariable, text: String)

    /// The encoded request: what the path, the query and the body say, each about its own fields.
    ///
    /// The body is read as JSON whatever its type is said to be, since plain `curl -d` sends a form type.
    /// - Throws: invalid argument, naming every field or parameter at fault.
    func request(_ match: Match, query: QueryParameters, body: [UInt8]) throws -> [UInt8] {
        let route = match.route
        var builder = MessageBuilder(route.input)
        switch route.body {
        case .none:
            guard body.isBlank || body.isEmptyObject else {
                throw HTTPFailure.invalid(
                    "",
                    "\(route.verb) \(route.template) takes no body; fields of the request go into the query string"
                )
            }
        case .request:
            if !body.isBlank { builder.merge(try wire(body, as: route.input, at: "")) }
        case .field(let field, let type) where type.fullName == "google.api.HttpBody":
            // By that type a method says that it takes the body as it is.
            var content = WireWriter()
            content.field(2, bytes: body)
            try builder.set(path: field.name, message: content.bytes)
        case .field(let field, let type):
            if !body.isBlank { try builder.set(path: field.name, message: wire(body, as: type, at: field.name)) }
        }
        let pathValues = try route.variables.map { (variable: $0, text: try match.value(of: $0)) }
        if route.bodyMayName(pathValues.map(\.variable)) { try checkAgreement(of: builder.wire(), pathValues) }
        try addFields(of: query, to: &builder, route: route, pathValues: pathValues)
        var path = WireWriter()
        for value in pathValues { path.bytes += value.variable.wire(value.text) }
        // Of two values of a field the later one counts: the path has the last word.
        builder.merge(path.bytes)
        return try builder.wire()
    }

    private func wire(_ json: [UInt8], as type: MessageType, at path: String) throws(HTTPFailure) -> [UInt8] {
        do {
            return try type.wire(fromJSON: json, at: path)
        } catch {
            throw HTTPFailure(error)
        }
    }

    /// A body that names another thing than its path is a mistake that nobody should have to find later.
    private func checkAgreement(of request: [UInt8], _ pathValues: [PathValue]) throws(HTTPFailure) {
        var problems: [FieldProblem] = []
        for value in pathValues {
            guard let other = lastText(of: value.variable.fields[...], in: request), !other.isEmpty,
                other != value.text
            else { continue }
            let description =
                "is \(other.quotedForMessage) in the body but \(value.text.quotedForMessage) in the path; "
                + "leave it out of the body"
            problems.append(FieldProblem(field: value.variable.name, description: description))
        }
        guard problems.isEmpty else { throw .invalid(problems) }
    }

    private func lastText(of fields: ArraySlice<MessageField>, in message: [UInt8]) -> String? {
        guard let field = fields.first else { return nil }
        let inner = fields.dropFirst()
        return message.withUnsafeBytes { bytes in
            var reader = WireReader(bytes)
            var found: String?
            // The bytes were made from JSON a moment ago, so they can be read to the end.
            while let next = try? reader.next() {
                guard next.number == field.number else { continue }
                found = inner.isEmpty ? next.text : lastText(of: inner, in: [UInt8](next.payload)) ?? found
            }
            return found
        }
    }

    private func addFields(
        of query: QueryParameters,
        to builder: inout MessageBuilder,
        route: Route,
        pathValues: [PathValue]
    ) throws(HTTPFailure) {
        var problems: [FieldProblem] = []
        for (name, value) in query.fields {
            // Nobody reads on after so many.
            if problems.count >= JSONProblems.countMax { break }
            let top = String(name.prefix { $0 != "." })
            guard let field = route.input.field(named: top) else {
                problems.append(unknownParameter(name, part: top, route: route))
                continue
            }
            if let path = pathValues.first(where: { $0.variable.fields == [field] }) {
                if path.text == value { continue }
                let description =
                    "is \(value.quotedForMessage) in the query but \(path.text.quotedForMessage) in the path"
                problems.append(FieldProblem(field: name, description: description))
            } else if let problem = bodyOwns(field, name: name, route: route) {
                problems.append(problem)
            } else {
                do {
                    try builder.set(path: name, text: value)
                } catch {
                    problems.append(FieldProblem(error))
                }
            }
        }
        guard problems.isEmpty else { throw .invalid(problems) }
    }

    private func bodyOwns(_ field: MessageField, name: String, route: Route) -> FieldProblem? {
        switch route.body {
        case .none: return nil
        case .request: break
        case .field(let bodyField, _): guard field == bodyField else { return nil }
        }
        let description = "is read from the body of \(route.verb) \(route.template), not from the query"
        return FieldProblem(field: name.cutForMessage, description: description)
    }

    private func unknownParameter(_ name: String, part: String, route: Route) -> FieldProblem {
        var owned = Set(route.variables.filter { $0.fields.count == 1 }.flatMap(\.fields))
        if case .field(let field, _) = route.body { owned.insert(field) }
        let known = route.input.fields.filter { !owned.contains($0) }.map(\.jsonName)
        let method = route.methodName.split(separator: "/").last ?? ""
        let way: String
        if let nearest = route.input.fieldNearest(to: part) {
            way = "; did you mean \(nearest)?"
        } else if known.isEmpty {
            way = ", which takes none"
        } else {
            way = ", which takes \(known.joined(separator: ", "))"
        }
        return FieldProblem(field: name.cutForMessage, description: "is not a query parameter of \(method)\(way)")
    }
}

extension Route {
    /// Whether the body can say what the path says too.
    fileprivate func bodyMayName(_ variables: [PathVariable]) -> Bool {
        switch body {
        case .none: false
        case .request: true
        case .field(let field, _): variables.contains { $0.fields.first == field }
        }
    }
}

extension Route.PathVariable {
    /// A request with nothing but the variable's field.
    fileprivate func wire(_ text: String) -> [UInt8] {
        var bytes = Array(text.utf8)
        for field in fields.reversed() {
            var writer = WireWriter()
            writer.field(field.number, bytes: bytes)
            bytes = writer.bytes
        }
        return bytes
    }
}

extension Transcoder.Match {
    /// What the path says for a field, decoded.
    /// - Throws: invalid argument for escapes, bytes and slashes that can be part of no name.
    func value(of variable: Route.PathVariable) throws(HTTPFailure) -> String {
        let last = variable.takesRest ? target.segments.count - 1 : variable.segments.upperBound - 1
        let isAtEnd = last == target.segments.count - 1
        let start = target.segments[variable.segments.lowerBound].lowerBound
        let raw = target.bytes[start..<(target.segments[last].upperBound - (isAtEnd ? verbBytes : 0))]
        let value: String
        do {
            value = try PercentDecoding.text(raw, plusIsSpace: false)
        } catch {
            let shown = String(decoding: raw, as: UTF8.self).quotedForMessage
            throw .invalid(variable.name, "\(shown): \(error.explanation)")
        }
        // An encoded slash would silently turn one id into two parts of a name.
        let slashes = value.utf8.count { $0 == UInt8(ascii: "/") }
        guard variable.takesRest || slashes == variable.segments.count - 1 else {
            let shown = String(decoding: raw, as: UTF8.self).quotedForMessage
            throw .invalid(
                variable.name,
                "\(shown) has an encoded slash (%2F); an id has none: \(ResourceID.rule)"
            )
        }
        return value
    }
}

extension [UInt8] {
    /// Nothing, or nothing but white space as JSON has it.
    fileprivate var isBlank: Bool { allSatisfy(Self.isSpace) }

    /// `{}`, which some clients send where there is nothing to send.
    fileprivate var isEmptyObject: Bool {
        // Twenty bytes hold any sensible spelling of it.
        count <= 20 && filter { !Self.isSpace($0) } == Array("{}".utf8)
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r")
            || byte == UInt8(ascii: "\t")
    }
}
