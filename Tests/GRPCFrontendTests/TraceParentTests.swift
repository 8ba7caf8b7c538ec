import APIMethods
import Testing

@Suite struct TraceParentTests {
    private static let trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    private static let span = "00f067aa0ba902b7"

    @Test(arguments: [
        "00-\(trace)-\(span)-01", "00-\(trace)-\(span)-00", "01-\(trace)-\(span)-01-more", "fe-\(trace)-\(span)-01",
    ])
    func validOnesAreRead(text: String) {
        #expect(TraceParent(text)?.traceID == Self.trace)
        #expect(TraceParent(text)?.parentID == Self.span)
    }

    @Test(arguments: [
        "", "00", "00-\(trace)-\(span)", "00-\(trace)-\(span)-01-more", "ff-\(trace)-\(span)-01",
        "00-\(trace.uppercased())-\(span)-01", "00-\(String(repeating: "0", count: 32))-\(span)-01",
        "00-\(trace)-0000000000000000-01", "00-\(trace)-\(span)-0g", "01-\(trace)-\(span)-01x",
        "00_\(trace)-\(span)-01", "00-\(trace)-\(span)-01\n", "01-\(trace)-\(span)-01-a b",
    ])
    func othersAreIgnored(text: String) {
        #expect(TraceParent(text) == nil)
    }
}
