//! Documents that are broken on purpose: every check has to notice.

use std::collections::BTreeSet;

use crate::CHECKS;
use crate::document::{Documents, MAIN};
use crate::sources::Sources;

const V3: &str = "docs/conformance/3.1.1.md";
const V5: &str = "docs/conformance/5.0-messages.md";

/// A file, a text in it, what stands there instead, and which check says what about it.
type Breakage = (&'static str, &'static str, &'static str, &'static str);

#[rustfmt::skip]
const BREAKAGES: [Breakage; 34] = [
    // statements
    (V3, "| <a id=\"mqtt-3.3.2-2\"></a>MQTT-3.3.2-2 |", "| <a id=\"mqtt-3.3.2-9\"></a>MQTT-3.3.2-9 |", "statements: MQTT-3.3.2-2 of V3_1_1 has 0 rows"),
    (V3, "| <a id=\"mqtt-3.3.2-2\"></a>MQTT-3.3.2-2 |", "| <a id=\"mqtt-3.3.2-1\"></a>MQTT-3.3.2-1 |", "statements: MQTT-3.3.2-1 of V3_1_1 has 2 rows"),
    (V3, "<a id=\"mqtt-3.3.2-2\">", "<a id=\"mqtt-3.3.2-3\">", "statements: MQTT-3.3.2-2 of docs/conformance/3.1.1.md is found at"),
    (V3, "| section 2.1 |", "| chapter 2 |", "statements: chapter 2 of"),
    (V3, "| decode, encode: `NoTopicFilter`. |", "| session: that is for others to say. |", "statements: MQTT-3.8.3-3 of docs/conformance/3.1.1.md binds a codec and is out of reach"),
    (V3, "| helper: Of such errors a decoder", "| decode: Of such errors a decoder", "statements: MQTT-4.8.0-2 of docs/conformance/3.1.1.md counts as the codec's and binds none"),
    // rows
    (V3, "| decode, encode: `NoTopicFilter`. |", "| `NoTopicFilter`. |", "rows: MQTT-3.8.3-3 of docs/conformance/3.1.1.md does not say what becomes of it"),
    (V3, "| session: That one came before", "| helper: That one came before", "rows: MQTT-3.1.0-2 of docs/conformance/3.1.1.md names no helper"),
    (V3, "| session: That one came before", "| kept: That one came before", "rows: MQTT-3.1.0-2 of docs/conformance/3.1.1.md is within reach and has no test"),
    (V3, "| encode, kept: [`Delivery`]", "| session: [`Delivery`]", "rows: MQTT-2.3.1-5 of docs/conformance/3.1.1.md is out of reach and has code or tests"),
    // violations, and what is cited for them
    (V3, "`NoTopicFilter`", "`NoTopicFilters`", "violations: MQTT-3.8.3-3 of docs/conformance/3.1.1.md: there is no violation NoTopicFilters"),
    (V5, "decode, encode: `NoTopicFilter`.", "decode, encode: always written.", "violations: MQTT-3.8.3-2 of docs/conformance/5.0-messages.md does not say what is refused"),
    (V3, "| decode, encode: `NoTopicFilter`. |", "| kept: `NoTopicFilter`. |", "violations: MQTT-3.8.3-3 of docs/conformance/3.1.1.md refuses what nobody is said to refuse"),
    (V5, "`RetainHandling3` (section 3.8.3.1)", "`RetainHandling3` (section 3.8.3.2)", "violations: section 3.8.3.1 of docs/conformance/5.0-messages.md: nothing cites section 3.8.3.2"),
    (V5, "`IllFormedUtf8` (MQTT-1.5.4-1)", "`IllFormedUtf8` (MQTT-1.5.3-1)", "violations: nothing cites MQTT-1.5.3-1 for IllFormedUtf8"),
    (V5, "decode, encode: `NoTopicFilter`.", "decode, encode: `NoReasonCode` (MQTT-3.9.3-2).", "violations: MQTT-3.10.3-2 of docs/conformance/5.0-messages.md: no test of it has NoReasonCode"),
    // citations of the sources
    (V5, "section 3.14.2.2.2", "section 3.14.2.2.3", "citations: src/v5/limits.rs cites 3.14.2.2.2, which has no row"),
    (V5, "[v5/subscribe.rs](../../src/v5/subscribe.rs)", "[v5/suback.rs](../../src/v5/suback.rs)", "citations: no row of 3.8.3-5 leads to src/v5/subscribe.rs, which cites it"),
    (V5, "section 3.3.2.3.2", "section 3.3.2.3.1", "citations: PayloadNotUtf8 cites 3.3.2.3.2, which has no row of V5_0"),
    // tests
    (V3, "[a_publish_at_qos_0_has_no_packet_identifier]", "[a_publish_at_qos_0_has_an_identifier]", "tests: MQTT-2.3.1-5 of docs/conformance/3.1.1.md: tests/statements_3_1_1.rs has no test a_publish_at_qos_0_has_an_identifier"),
    (V3, "[a_publish_at_qos_0_has_no_packet_identifier]", "[keeps_the_byte_order_mark]", "tests: MQTT-2.3.1-5 of docs/conformance/3.1.1.md: keeps_the_byte_order_mark of tests/statements_3_1_1.rs does not name it"),
    (V5, "| section 3.3.1.1 |", "| section 3.3.1.2 |", "tests: no row of section 3.3.1.1 of 5.0 names answers_dup_at_qos_0_as_malformed"),
    (MAIN, "[refuses_a_maximum_qos_of_2]", "[refuses_a_maximum_qos_of_3]", "tests: has no test refuses_a_maximum_qos_of_3"),
    // helpers
    (V5, "[`v5::SendQuota::take`]", "[`v5::SendQuota::try_take`]", "helpers: docs/conformance/5.0-messages.md: v5::SendQuota::try_take is not known to be public"),
    (V5, "[`v5::SendQuota::take`](../../src/v5/send_quota.rs)", "[`v5::SendQuota::take`](../../src/v5/limits.rs)", "helpers: docs/conformance/5.0-messages.md: v5/limits.rs does not define v5::SendQuota::take"),
    (V5, "`v5::Properties::subscription_identifiers`", "`v5::SendQuota`", "helpers: v5::Properties::subscription_identifiers is named nowhere"),
    // links
    (V3, "(../../src/delivery.rs)", "(../../src/deliveries.rs)", "links: docs/conformance/3.1.1.md: there is no src/deliveries.rs"),
    (V3, "(../CONFORMANCE.md#r13)", "(../CONFORMANCE.md#r31)", "links: docs/conformance/3.1.1.md: docs/CONFORMANCE.md has no #r31"),
    (MAIN, "(conformance/3.1.1.md)", "(conformance/3.1.2.md)", "links: docs/CONFORMANCE.md: there is no docs/conformance/3.1.2.md"),
    // rulings and counts
    (MAIN, "<a id=\"r7\"></a>R7 |", "<a id=\"r7\"></a>R8 |", "rulings: R7 has 0 rows with tests"),
    (MAIN, "| 3.1.1, numbered | 141 |", "| 3.1.1, numbered | 142 |", "counts: there is no row | 3.1.1, numbered | 141 |"),
    (MAIN, "18 scenarios", "19 scenarios", "counts: it does not say: holds 149 failures"),
    (MAIN, "| KF-137 | Closing", "Closing", "counts: left to the caller are [\"KF-104\", \"KF-137\", \"KF-145\"], not [\"KF-104\", \"KF-145\"]"),
    (MAIN, "| KF-137 |", "| KF-138 |", "counts: left to the caller are"),
];

#[test]
fn every_check_notices_what_is_broken() {
    let (documents, sources) = (Documents::read(), Sources::read());
    let tried: BTreeSet<_> = BREAKAGES.iter().filter_map(|breakage| breakage.3.split(':').next()).collect();
    assert_eq!(tried, CHECKS.iter().map(|check| check.0).collect());
    for (path, there, instead, expected) in BREAKAGES {
        let mut broken = documents.clone();
        let text = &broken.0[path];
        assert!(text.contains(there), "{path} holds no {there}");
        broken.0.insert(path, text.replace(there, instead));
        let (name, said) = expected.split_once(": ").expect("a check and what it says");
        let (_, check) = CHECKS.iter().find(|check| check.0 == name).expect("a check");
        let complaints = check(&broken, &sources);
        let is_noticed = complaints.iter().any(|complaint| complaint.contains(said));
        assert!(is_noticed, "{instead} in place of {there}:\n{}", complaints.join("\n"));
    }
}

/// A test that is not run, or that runs nothing, shows nothing.
#[test]
fn a_test_that_does_not_run_is_noticed() {
    const PATH: &str = "tests/statements_3_1_1.rs";
    const HEAD: &str = "#[test]\nfn keeps_the_byte_order_mark() {\n";
    let documents = Documents::read();
    for instead in [
        format!("#[ignore = \"slow\"]\n{HEAD}"),
        HEAD.replace("fn", "#[ignore]\nfn"),
        HEAD.replace("fn", "#[cfg(any())]\nfn"),
        format!("{HEAD}    // MQTT-1.5.3-3: assert!(true)\n}}\n\nfn other() {{\n"),
        HEAD.replace("#[test]", "// #[test]"),
    ] {
        let sources = Sources::read().with_tests(PATH, HEAD, &instead);
        let complaints = crate::sources::complaints_about_tests(&documents, &sources);
        let is_noticed = |complaint: &String| complaint.contains("keeps_the_byte_order_mark");
        assert!(complaints.iter().any(is_noticed), "{instead}:\n{}", complaints.join("\n"));
    }
}

/// Whatever row is taken away, its statement is missed.
#[test]
fn no_row_of_a_statement_can_be_left_out() {
    let (documents, sources) = (Documents::read(), Sources::read());
    let mut left_out = 0;
    for (path, text) in &documents.0 {
        for line in text.lines().filter(|line| line.starts_with("| <a id=\"mqtt-")) {
            let mut broken = documents.clone();
            broken.0.insert(path, text.replace(&format!("{line}\n"), ""));
            let complaints = crate::places::complaints_about_statements(&broken, &sources);
            assert!(complaints.iter().any(|complaint| complaint.contains("has 0 rows")), "{line}");
            left_out += 1;
        }
    }
    assert_eq!(left_out, 141 + 251);
}
