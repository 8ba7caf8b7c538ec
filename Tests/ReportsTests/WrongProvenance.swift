@testable import Reports

/// Provenance with one value put wrong, and the path that must be blamed.
enum WrongProvenance {
    static let all = statements + one + zeroTwo + zeroOne + links + envelopes

    private static let statements = [
        WrongValue(WrittenProvenance.one, "Statement/v1", "Statement/v9", "_type"),
        WrongValue(WrittenProvenance.one, #""https://in-toto.io/Statement/v1""#, "7", "_type"),
        WrongValue(WrittenProvenance.one, #""subject": ["#, #""subject": [], "s": ["#, "subject"),
        WrongValue(WrittenProvenance.one, #""subject": ["#, #""s": ["#, "subject"),
        WrongValue(WrittenProvenance.one, #""subject": ["#, #""subject": 1, "s": ["#, "subject"),
        WrongValue(WrittenProvenance.one, #""digest": {"sha256": "a"#, #""digest": {"sha512": "a"#, "subject"),
        WrongValue(WrittenProvenance.one, #""sha256": "a"#, #""sha256": ""#, sha256),
        WrongValue(WrittenProvenance.one, #""sha256": "a"#, #""sha256": "g"#, sha256),
        WrongValue(WrittenProvenance.one, #""sha256": "a"#, #""sha1": 1, "sha256": "a"#, "subject[0].digest.sha1"),
        WrongValue(WrittenProvenance.one, #""ghcr.io/owner/app""#, #""a\u0000""#, "subject[0].name"),
        WrongValue(WrittenProvenance.one, #""name": "ghcr.io/owner/app", "#, "", sha256),
        WrongValue(
            WrittenProvenance.one,
            #""ghcr.io/owner/app""#,
            #""ghcr.io/owner/app@sha256:\#(WrittenProvenance.file)""#,
            "subject[0].name"
        ),
        WrongValue(WrittenProvenance.one, #""predicate": {"#, #""predicate": null, "p": {"#, "predicate"),
        WrongValue(WrittenProvenance.one, #""predicate": {"#, #""predicate": 1, "p": {"#, "predicate"),
    ]
    private static let sha256 = "subject[0].digest.sha256"

    private static let definition = "predicate.buildDefinition"
    private static let details = "predicate.runDetails"
    private static let one = [
        WrongValue(
            WrittenProvenance.one,
            #""externalParameters": {"#,
            #""externalParameters": 1, "e": {"#,
            "\(definition).externalParameters"
        ),
        WrongValue(
            WrittenProvenance.one,
            #""n": 1"#,
            #""n": 1e999"#,
            "\(definition).resolvedDependencies[0].annotations"
        ),
        WrongValue(WrittenProvenance.one, #""aGk""#, #""a""#, "\(definition).resolvedDependencies[0].content"),
        WrongValue(
            WrittenProvenance.one,
            #""gitCommit": ""#,
            #""gitCommit": {}, "g": ""#,
            "\(definition).resolvedDependencies[1].digest.gitCommit"
        ),
        WrongValue(WrittenProvenance.one, "2026-01-02T03:04:05Z", "yesterday", "\(details).metadata.startedOn"),
        WrongValue(WrittenProvenance.one, #""version": {"#, #""version": "1", "v": {"#, "\(details).builder.version"),
        WrongValue(WrittenProvenance.one, #""byproducts": ["#, #""byproducts": [1, "#, "\(details).byproducts[0]"),
    ]

    private static let zeroTwo = [
        WrongValue(WrittenProvenance.zeroTwo, #""buildType": ""#, #""type": ""#, "predicate.builder.id"),
        WrongValue(WrittenProvenance.zeroTwo, #""id": """#, #""id": []"#, "predicate.builder.id"),
        WrongValue(
            WrittenProvenance.zeroTwo,
            #""configSource": {"#,
            #""configSource": 1, "c": {"#,
            "predicate.invocation.configSource"
        ),
        WrongValue(
            WrittenProvenance.zeroTwo,
            #""reproducible": true"#,
            #""reproducible": 1"#,
            "predicate.metadata.reproducible"
        ),
        WrongValue(WrittenProvenance.zeroTwo, "pkg:docker/alpine@3", #"\n"#, "predicate.materials[0].uri"),
    ]

    private static let zeroOne = [
        WrongValue(
            WrittenProvenance.zeroOne,
            #""definedInMaterial": 1"#,
            #""definedInMaterial": 1.5"#,
            "predicate.recipe.definedInMaterial"
        ),
        WrongValue(
            WrittenProvenance.zeroOne,
            #""arguments": {"#,
            #""arguments": [{}], "a": {"#,
            "predicate.recipe.arguments"
        ),
        WrongValue(WrittenProvenance.zeroOne, #""materials": ["#, #""materials": {}, "m": ["#, "predicate.materials"),
    ]

    private static let links = [
        WrongValue(WrittenProvenance.link, #""link""#, #""layout""#, "signed._type"),
        WrongValue(WrittenProvenance.link, #""name": "build app", "#, "", "signed.name"),
        WrongValue(WrittenProvenance.link, #"["make""#, "[7", "signed.command[0]"),
        WrongValue(WrittenProvenance.link, #""products": {"#, #""products": {}, "p": {"#, "signed.products"),
        WrongValue(WrittenProvenance.link, #""products": {"#, #""p": {"#, "signed.products"),
        WrongValue(WrittenProvenance.link, #""app": {"sha256""#, #""app": {"sha1""#, "signed.products"),
        WrongValue(WrittenProvenance.link, #""app": {"#, #""app": 1, "b": {"#, "signed.products.app"),
        WrongValue(
            WrittenProvenance.link,
            #"{"sha256": "b"#,
            #"{"sha256": "-"#,
            #"signed.materials["src/main.c"].sha256"#
        ),
        WrongValue(WrittenProvenance.link, #"[{"keyid""#, #"[], "s": [{"keyid""#, "signatures"),
        WrongValue(WrittenProvenance.link, #""keyid": "0123", "#, "", "signatures[0].keyid"),
        WrongValue(WrittenProvenance.link, #", "sig": "abcd""#, "", "signatures[0].sig"),
    ]

    private static let envelope = WrittenProvenance.envelope(WrittenProvenance.tests)
    private static let bundle = WrittenProvenance.bundle(WrittenProvenance.tests)
    private static let github = WrittenProvenance.github([WrittenProvenance.tests])
    private static let envelopes = [
        WrongValue(envelope, "vnd.in-toto+json", "vnd.oci+json", "payloadType"),
        WrongValue(envelope, #""payload": ""#, #""payload": null, "p": ""#, "payload"),
        WrongValue(envelope, #""payload": ""#, #""payload": "!"#, "payload"),
        WrongValue(envelope, #""payload": ""#, #""payload": "bm8", "p": ""#, "payload"),
        WrongValue(envelope, #"[{"keyid""#, #"[], "s": [{"keyid""#, "signatures"),
        WrongValue(envelope, #""signatures""#, #""s""#, "signatures"),
        WrongValue(envelope, #""keyid": "k""#, #""keyid": 1"#, "signatures[0].keyid"),
        WrongValue(envelope, #""sig""#, #""s""#, "signatures[0].sig"),
        WrongValue(bundle, "vnd.dev.sigstore", "vnd.other", "mediaType"),
        WrongValue(bundle, #""dsseEnvelope""#, #""messageSignature""#, "messageSignature"),
        WrongValue(bundle, #""dsseEnvelope""#, #""d""#, "dsseEnvelope"),
        WrongValue(github, #"[{"repository_id""#, #"[], "a": [{"repository_id""#, "attestations"),
        WrongValue(github, #""bundle": {"#, #""bundle": null, "b": {"#, "attestations[0].bundle"),
        WrongValue(github, #""sig""#, #""s""#, "attestations[0].bundle.dsseEnvelope.signatures[0].sig"),
    ]
}
