@main
struct Grafeion {
    static func main() {}
}
