import MessageReflection

/// One REST form of a method, ready to be matched.
struct Route: Sendable {
    /// Where the method is in the list the transcoder was made of.
    let methodIndex: Int
    /// `grafeas.v1.Grafeas/GetOccurrence`
    let methodName: String
    /// `GET`, `POST` …
    let verb: String
    /// As the descriptors have it.
    let template: String
    let variables: [PathVariable]
    let body: Body
    let input: MessageType
    let output: MessageType

    /// What the HTTP body fills.
    enum Body: Sendable {
        case none
        /// The whole request.
        case request
        /// One field of the request.
        case field(MessageField, type: MessageType)
    }

    /// A field of the request that the path fills.
    struct PathVariable: Sendable {
        /// The way to a string field: of the request itself, or of a message in it.
        let fields: [MessageField]
        let segments: Range<Int>
        /// Whether it takes all that follows: a resource URI, whose slashes may come encoded.
        let takesRest: Bool

        /// As problems name it.
        var name: String { fields.map(\.name).joined(separator: ".") }
    }

    /// - Throws: ``PathTemplate/Problem`` for a binding that can't be served as it is declared.
    init(_ binding: HTTPBinding, of method: MethodType, methodIndex: Int, template: PathTemplate) throws(PathTemplate
        .Problem)
    {
        func problem(_ explanation: String) -> PathTemplate.Problem {
            PathTemplate.Problem(template: binding.template, explanation: "of \(method.fullName) \(explanation)")
        }
        self.methodIndex = methodIndex
        methodName = method.fullName
        verb = binding.verb
        self.template = binding.template
        input = method.input
        output = method.output
        var variables: [PathVariable] = []
        for variable in template.variables {
            guard let fields = input.stringField(at: variable.field) else {
                throw problem("has a variable \(variable.field) that is no string field of \(input.fullName)")
            }
            let takesRest = template.segments[variable.segments].contains(.rest)
            variables.append(
                PathVariable(fields: fields, segments: variable.segments, takesRest: takesRest)
            )
        }
        self.variables = variables
        switch binding.body {
        case "": body = .none
        case "*": body = .request
        default:
            guard let field = input.field(named: binding.body), !field.isRepeated, let type = field.messageType else {
                throw problem("has a body \(binding.body) that is no message field of \(input.fullName)")
            }
            body = .field(field, type: type)
        }
        guard binding.responseBody.isEmpty else {
            throw problem("answers with a part of its reply, which is not served")
        }
    }
}

extension MessageType {
    /// The way to a string field by a dotted path; nil if there is none such.
    fileprivate func stringField(at path: String) -> [MessageField]? {
        var (type, fields): (MessageType?, [MessageField]) = (self, [])
        for name in path.split(separator: ".") {
            guard let field = type?.field(named: String(name)), !field.isRepeated else { return nil }
            fields.append(field)
            type = field.messageType
        }
        return fields.last?.kind == .string ? fields : nil
    }
}
