/// Compact JSON, known to be well formed, with line breaks and two spaces a level; empty objects and arrays stay on one line.
func prettyJSON(_ compact: [UInt8]) -> [UInt8] {
    var pretty: [UInt8] = []
    pretty.reserveCapacity(compact.count * 2)
    var depth = 0
    var inString = false
    var position = 0

    func newLine() {
        pretty.append(UInt8(ascii: "\n"))
        pretty.append(contentsOf: repeatElement(UInt8(ascii: " "), count: 2 * depth))
    }

    while position < compact.count {
        let byte = compact[position]
        position += 1
        if inString {
            pretty.append(byte)
            if byte == UInt8(ascii: "\\") {
                pretty.append(compact[position])
                position += 1
            } else if byte == UInt8(ascii: "\"") {
                inString = false
            }
            continue
        }
        switch byte {
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            pretty.append(byte)
            if compact[position] == byte + 2 {
                pretty.append(compact[position])
                position += 1
            } else {
                depth += 1
                newLine()
            }
        case UInt8(ascii: "}"), UInt8(ascii: "]"):
            depth -= 1
            newLine()
            pretty.append(byte)
        case UInt8(ascii: ","):
            pretty.append(byte)
            newLine()
        case UInt8(ascii: ":"):
            pretty.append(byte)
            pretty.append(UInt8(ascii: " "))
        default:
            inString = byte == UInt8(ascii: "\"")
            pretty.append(byte)
        }
    }
    return pretty
}
