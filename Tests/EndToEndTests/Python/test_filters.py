"""Three hundred entries and a predicate in Python beside each filter: both must pick the same."""

import random
import uuid

import pytest

import records

SEVERITIES = ["MINIMAL", "LOW", "MEDIUM", "HIGH", "CRITICAL"]
SEED = 7


class Entry:
    """An occurrence with its fields at hand."""

    def __init__(self, sent):
        self.sent = sent
        self.resource = sent["resourceUri"].removeprefix("https://")
        self.note = sent["noteName"].rpartition("/")[2]
        self.rank = SEVERITIES.index(sent["vulnerability"]["severity"]) + 1
        self.severity = sent["vulnerability"]["severity"]
        self.issue = sent["vulnerability"]["packageIssue"][0]
        self.package = self.issue["affectedPackage"]
        self.remediation = sent.get("remediation", "")


class Shelf:
    def __init__(self, server):
        self.rest, self.project = server.rest(), f"filters-{uuid.uuid4().hex[:8]}"
        self.path = f"/v1/projects/{self.project}"
        chance = random.Random(SEED)
        for note in ("CVE-1", "CVE-10"):
            self.rest.done("POST", f"{self.path}/notes", records.vulnerability_note(), params={"noteId": note})
        sent = [self.any_occurrence(chance) for _ in range(300)]
        made = self.rest.done("POST", f"{self.path}/occurrences:batchCreate", {"occurrences": sent})["occurrences"]
        self.entries = {stored["name"]: Entry(entry) for stored, entry in zip(made, sent)}

    def any_occurrence(self, chance):
        uri = records.image(chance.randrange(5), f"shop/{chance.choice(['cart', 'cart2', 'Till'])}")
        entry = records.vulnerability(
            self.project, chance.choice(["CVE-1", "CVE-10"]), chance.choice([uri, uri.removeprefix("https://")]),
            chance.choice(SEVERITIES), chance.choice(["openssl", "bash", "OpenSSL-dev"]))
        if chance.random() < 0.3:
            del entry["vulnerability"]["packageIssue"][0]["fixAvailable"]
        if chance.random() < 0.3:
            entry["remediation"] = chance.choice(["a", "b", 'c"d', "é"])
        return entry

    def found(self, text):
        reply = self.rest.done("GET", f"{self.path}/occurrences", params={"filter": text, "pageSize": 1000})
        return {occurrence["name"] for occurrence in reply.get("occurrences", [])}


@pytest.fixture(scope="module")
def shelf(server):
    return Shelf(server)


IMAGE = f"registry.example/shop/cart@sha256:{1:064x}"

FILTERS = [
    # Resources, with and without https://.
    (f'resourceUrl="https://{IMAGE}"', lambda e: e.resource == IMAGE),
    (f'resource.uri="{IMAGE}"', lambda e: e.resource == IMAGE),
    ('has_prefix(resourceUrl, "https://registry.example/shop/cart@")', lambda e: "shop/cart@" in e.resource),
    ('has_prefix(resource_url, "registry.example/shop/cart")', lambda e: "shop/cart" in e.resource),
    (f'digest="sha256:{2:064x}"', lambda e: e.resource.endswith(f"{2:064x}")),
    # Enums, by name and by order.
    ("severity>=HIGH", lambda e: e.rank >= 4),
    ("severity=CRITICAL", lambda e: e.severity == "CRITICAL"),
    ("NOT severity=LOW", lambda e: e.severity != "LOW"),
    ('kind="PACKAGE_VULNERABILITY"', lambda e: True),
    ('kind!="VULNERABILITY"', lambda e: False),
    # What is absent.
    ("remediation:*", lambda e: e.remediation != ""),
    ('remediation!="a"', lambda e: e.remediation != "a"),
    ('NOT remediation="a"', lambda e: e.remediation != "a"),
    ("vulnerability.packageIssue.fixAvailable=true", lambda e: "fixAvailable" in e.issue),
    # Text.
    ('remediation="c\\"d"', lambda e: e.remediation == 'c"d'),
    ('remediation="é"', lambda e: e.remediation == "é"),
    ('vulnerability.package_issue.affected_package:"OPENSSL"', lambda e: "openssl" in e.package.lower()),
    ('vulnerability.packageIssue.affectedPackage="open*"', lambda e: e.package.startswith("open")),
    ('vulnerability.packageIssue.affectedPackage="*dev"', lambda e: e.package.endswith("dev")),
    ("openssl", lambda e: "openssl" in e.package.lower()),
    ("till", lambda e: "till" in e.resource.lower()),
    # A note whose id begins as another's.
    ('noteId="CVE-1"', lambda e: e.note == "CVE-1"),
    ('noteId="CVE-1*"', lambda e: True),
    # How operators bind: OR before AND, a space is an AND.
    ('severity=HIGH OR severity=LOW AND noteId="CVE-1"', lambda e: e.severity in ("HIGH", "LOW") and e.note == "CVE-1"),
    ('noteId="CVE-1" AND severity=HIGH OR severity=LOW', lambda e: e.note == "CVE-1" and e.severity in ("HIGH", "LOW")),
    ('(noteId="CVE-1" AND severity=HIGH) OR severity=LOW',
     lambda e: e.note == "CVE-1" and e.severity == "HIGH" or e.severity == "LOW"),
    ('-severity=LOW noteId:"cve-10"', lambda e: e.severity != "LOW" and e.note == "CVE-10"),
    # Rode's spellings.
    ('kind=="VULNERABILITY" && (severity==HIGH || !noteId.startsWith("CVE-10"))',
     lambda e: e.severity == "HIGH" or e.note == "CVE-1"),
    ('vulnerability.packageIssue.nestedFilter(affectedPackage == "bash")', lambda e: e.package == "bash"),
    # Times.
    ('createTime>now() - duration("1h")', lambda e: True),
    ('createTime>"2019-04-10T" AND severity=LOW', lambda e: e.severity == "LOW"),
]


@pytest.mark.parametrize("text, holds", FILTERS, ids=[text for text, _ in FILTERS])
def test_a_filter_finds_what_its_words_say(shelf, text, holds):
    assert shelf.found(text) == {name for name, entry in shelf.entries.items() if holds(entry)}, f"seed {SEED}"


@pytest.mark.parametrize("text, holds", FILTERS[:12], ids=[text for text, _ in FILTERS[:12]])
def test_a_filter_and_its_negation_share_out_everything(shelf, text, holds):
    del holds
    found, others = shelf.found(text), shelf.found(f"NOT ({text})")
    assert found | others == shelf.entries.keys()
    assert not found & others


def test_pages_of_a_filtered_list_are_the_whole_of_it(shelf):
    text = 'severity>=MEDIUM AND remediation!="a"'
    pages = shelf.rest.every(f"{shelf.path}/occurrences", "occurrences", page_size=7, filter=text)
    names = [occurrence["name"] for occurrence in pages]
    assert len(names) == len(set(names))
    assert set(names) == shelf.found(text)
    assert names == sorted(names, reverse=True)
