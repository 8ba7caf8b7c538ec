import MessageReflection

/// One input of libFuzzer: a request line's verb and target in the first line, a body in the rest.
///
/// Whatever the bytes, the transcoder answers. What it refuses is the client's fault and says so in JSON; what it accepts is
/// a request that passes its type's check, and whose JSON reads back to the same bytes. A broken law traps, and libFuzzer
/// keeps the input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzTranscoder(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = UnsafeBufferPointer(start: start, count: count)
    let line = input.prefix { $0 != UInt8(ascii: "\n") }
    let verb = String(decoding: line.prefix { $0 != UInt8(ascii: " ") }, as: UTF8.self)
    let target = String(decoding: line.dropFirst(verb.utf8.count + 1), as: UTF8.self)
    do {
        try transcode(verb: verb, target: target, body: Array(input.dropFirst(line.count + 1)))
    } catch let failure as HTTPFailure {
        precondition((400..<500).contains(failure.httpStatus), "status \(failure.httpStatus)")
        precondition(!failure.status.message.isEmpty)
        guard let anyObject = transcoderTypes.message("google.protobuf.Struct") else { fatalError("no Struct") }
        let json = String(decoding: failure.json, as: UTF8.self)
        guard (try? anyObject.wire(fromJSON: failure.json)) != nil else { fatalError("not JSON: \(json)") }
    } catch {
        fatalError("not the client's fault: \(error)")
    }
    return 0
}

private func transcode(verb: String, target: String, body: [UInt8]) throws {
    let match = try transcoder.match(verb: verb, target: RequestTarget(target))
    let query = try QueryParameters(parsing: match.target.query)
    let request = try transcoder.request(match, query: query, body: body)
    let type = match.route.input
    do {
        try type.check(request)
        let json = try type.json(from: request)
        let again = try type.wire(fromJSON: json)
        precondition(again == request, "JSON means something else: \(String(decoding: json, as: UTF8.self))")
        let fromPretty = try type.wire(fromJSON: type.json(from: request, layout: .pretty))
        precondition(fromPretty == request, "pretty JSON means something else")
    } catch {
        fatalError("an accepted request is no message: \(error)")
    }
}

private let transcoderTypes: TypeRegistry = {
    guard let types = try? TypeRegistry.load() else { fatalError("the descriptors do not load") }
    return types
}()

private let transcoder: Transcoder = {
    let names = transcoderTypes.services.flatMap(\.methods).map(\.fullName)
    guard let transcoder = try? Transcoder(types: transcoderTypes, methodNames: names) else {
        fatalError("a binding can't be served")
    }
    return transcoder
}()
