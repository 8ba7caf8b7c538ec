import APIMethods
import MessageReflection
import Testing

@testable import HTTPFrontend

/// Which method a request line belongs to.
@Suite struct RoutingTests {
    let transcoder: Transcoder

    init() throws {
        transcoder = try Transcoder(types: Door.types.get(), methodNames: Door.methodNames())
    }

    @Test func everyBindingOfTheContractIsServed() throws {
        let bindings = try Door.types.get().services.flatMap(\.methods).flatMap(\.bindings)
        #expect(transcoder.routes.count == bindings.count)
        #expect(bindings.count >= 33)
    }

    @Test func everyBindingRoutesToItsMethodWithItsVariables() throws {
        for route in transcoder.routes {
            let template = try PathTemplate(route.template)
            let path = examplePath(template) { "id\($0)" }
            let match = try transcoder.match(verb: route.verb, target: RequestTarget(path))
            #expect(match.route.methodName == route.methodName, "\(route.verb) \(path)")
            #expect(match.route.template == route.template, "\(route.verb) \(path)")
            for (variable, expected) in zip(route.variables, exampleValues(template) { "id\($0)" }) {
                #expect(try match.value(of: variable) == expected, "\(route.verb) \(path)")
            }
        }
    }

    @Test(arguments: [
        ("CVE-2019-18276", "CVE-2019-18276"), ("a:b", "a:b"), ("a%3Ab", "a:b"), ("100%25", "100%"),
        ("a%2525b", "a%25b"),
        ("x:batchCreate", "x:batchCreate"), (":", ":"), ("~+@._-", "~+@._-"), ("%43VE", "CVE"), ("%C3%A9", "é"),
        ("", ""),
        ("..", ".."),
    ])
    func idsArriveDecodedAndOtherwiseUntouched(sent: String, id: String) throws {
        let match = try transcoder.match(verb: "GET", target: RequestTarget("/v1/projects/p/notes/\(sent)"))
        #expect(match.route.methodName == "grafeas.v1.Grafeas/GetNote")
        #expect(try match.value(of: match.route.variables[0]) == "projects/p/notes/\(id)")
    }

    @Test(arguments: [
        ("a%2Fb", "slash"), ("a%2fb", "slash"), ("a%", "%25"), ("a%2", "%25"), ("a%zz", "%25"), ("%00", "NUL"),
        ("%FF", "UTF-8"), ("%C3", "UTF-8"), ("%ED%A0%80", "UTF-8"),
    ])
    func whatCanBeNoIdIsRefusedByField(sent: String, word: String) throws {
        let match = try transcoder.match(verb: "GET", target: RequestTarget("/v1/projects/p/notes/\(sent)"))
        let failure = #expect(throws: HTTPFailure.self) { try match.value(of: match.route.variables[0]) }
        #expect(failure?.httpStatus == 400)
        #expect(failure?.status.message.hasPrefix("name: ") == true)
        #expect(failure?.status.message.contains(word) == true)
    }

    @Test func aProxysAbsoluteFormIsTheSamePath() throws {
        let match = try transcoder.match(verb: "GET", target: RequestTarget("http://host:80/v1/projects/p?alt=json#f"))
        #expect(match.route.methodName == "grafeas.v1.project.Projects/GetProject")
        #expect(match.target.query.elementsEqual("alt=json".utf8))
    }

    @Test func headFindsWhatGetDoes() throws {
        let match = try transcoder.match(verb: "HEAD", target: RequestTarget("/v1/projects/p/occurrences/o"))
        #expect(match.route.methodName == "grafeas.v1.Grafeas/GetOccurrence")
    }

    @Test(arguments: [
        ("/projects/p/notes", "did you mean \"/v1/projects/p/notes\""),
        ("/v2/projects/p/notes", "did you mean \"/v1/projects/p/notes\""),
        ("/v1/projects/p/notes/n/occurrences/", "did you mean \"/v1/projects/p/notes/n/occurrences\""),
        ("/nowhere", "the API is under /v1/, /v1beta1/, /v1alpha1/, /grafeion/v1/, /grafeion/v1beta1/"),
        ("*", "the API is under"), ("", "the API is under"), ("/v1", "the API is under"),
        ("/v1/\u{1}é\"", "no such path: \"/v1/\\u{1}é\"\""),
    ])
    func unknownPathsSayWhatWouldBeRight(path: String, hint: String) {
        let failure = #expect(throws: HTTPFailure.self) {
            try transcoder.match(verb: "GET", target: RequestTarget(path))
        }
        #expect(failure?.httpStatus == 404)
        #expect(failure?.status.code == .notFound)
        #expect(failure?.status.message.contains(hint) == true, "\(failure?.status.message ?? "")")
    }

    @Test func aKnownPathWithAnotherMethodListsThoseItHas() {
        let target = RequestTarget("/v1/projects/p/notes/n")
        let failure = #expect(throws: HTTPFailure.self) { try transcoder.match(verb: "PUT", target: target) }
        #expect(failure?.httpStatus == 405)
        #expect(failure?.allow == ["DELETE", "GET", "HEAD", "PATCH"])
    }

    @Test func aTrailingSlashInACreateIsPointedOut() {
        let target = RequestTarget("/v1/projects/p/occurrences/")
        let failure = #expect(throws: HTTPFailure.self) { try transcoder.match(verb: "POST", target: target) }
        #expect(failure?.status.message.contains("did you mean \"/v1/projects/p/occurrences\"?") == true)
    }

    @Test func customVerbsWinOverIdsAndGiveWayToOtherMethods() throws {
        var table = RouteTable()
        try table.add(0, method: "GET", template: PathTemplate("/v1/{name=projects/*/notes/*}"))
        try table.add(1, method: "POST", template: PathTemplate("/v1/{name=projects/*/notes/*}:setIamPolicy"))
        try table.add(2, method: "POST", template: PathTemplate("/v1/{name=projects/*/notes/*}:policy"))
        try table.add(3, method: "POST", template: PathTemplate("/v1/{name=projects/*/resources/**}:exportSBOM"))
        try table.add(4, method: "POST", template: PathTemplate("/v1/projects/*/notes/fixed"))
        func found(_ method: String, _ path: String) -> RouteTable.Outcome {
            table.find(method: method, target: RequestTarget(path))
        }
        #expect(found("POST", "/v1/projects/p/notes/a:b:setIamPolicy") == .found(1, verbBytes: 13))
        #expect(found("POST", "/v1/projects/p/notes/n:policy") == .found(2, verbBytes: 7))
        #expect(found("GET", "/v1/projects/p/notes/n:setIamPolicy") == .found(0, verbBytes: 0))
        #expect(found("POST", "/v1/projects/p/notes/:setIamPolicy") == .wrongMethod(allowed: ["GET"]))
        #expect(found("POST", "/v1/projects/p/notes/fixed") == .found(4, verbBytes: 0))
        #expect(found("GET", "/v1/projects/p/notes/fixed") == .found(0, verbBytes: 0))
        #expect(found("POST", "/v1/projects/p/resources/https://gcr.io/a/b:exportSBOM") == .found(3, verbBytes: 11))
        #expect(found("POST", "/v1/projects/p/resources") == .unknown)
        #expect(found("GET", "/v1/projects/p/notes") == .unknown)
    }

    @Test(arguments: ["v1/a", "/v1/{a", "/v1/{a=**}/b", "/v1//b", "/v1/{a=}"])
    func templatesThatMakeNoSenseAreRefusedAtStart(template: String) {
        #expect(throws: PathTemplate.Problem.self) { try PathTemplate(template) }
    }

    @Test func aBindingMadeTwiceIsRefusedAtStart() throws {
        var table = RouteTable()
        try table.add(0, method: "GET", template: PathTemplate("/v1/{name=projects/*}"))
        #expect(throws: PathTemplate.Problem.self) {
            try table.add(1, method: "GET", template: PathTemplate("/v1/{parent=projects/*}"))
        }
    }

    // MARK: Examples made from templates

    private func examplePath(_ template: PathTemplate, id: (Int) -> String) -> String {
        let path = exampleSegments(template, id: id).joined(separator: "/")
        return "/\(path)\(template.verb.map { ":\($0)" } ?? "")"
    }

    private func exampleValues(_ template: PathTemplate, id: (Int) -> String) -> [String] {
        template.variables.map { exampleSegments(template, id: id)[$0.segments].joined(separator: "/") }
    }

    private func exampleSegments(_ template: PathTemplate, id: (Int) -> String) -> [String] {
        template.segments.enumerated().map { index, segment in
            switch segment {
            case .literal(let text): text
            case .one: id(index)
            case .rest: "\(id(index))/and/more"
            }
        }
    }
}
