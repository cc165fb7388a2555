//! Who is right: before anything is timed, what every contestant decodes is compared with what the workload says, and what it
//! encodes with the workload's bytes.

use std::any::Any;
use std::collections::BTreeMap;
use std::panic::{self, AssertUnwindSafe};

use workloads::codec::{Contestant, Side};
use workloads::floors::HandMin;
use workloads::ours::{OURS, ours};
use workloads::packets::Workload;
use workloads::reading::Record;
use workloads::topics::{self, Knows, Matcher, Table};
use workloads::{codec, entries};

use crate::results::Verdict;

/// The verdict on each contestant of each group.
pub type Verdicts = BTreeMap<(String, &'static str), Verdict>;

/// Judges codecs. Panics if mqtt-wire or a floor is wrong: then the program is.
pub fn codecs(workloads: &[Workload], contestants: impl Fn(bool) -> Vec<Contestant>) -> Verdicts {
    let mut verdicts = Verdicts::new();
    for workload in workloads {
        let expected = match workload.v5 {
            true => codec::contents::<HandMin<true>>(workload.bytes),
            false => codec::contents::<HandMin<false>>(workload.bytes),
        };
        for contestant in contestants(workload.v5) {
            if contestant.only.is_some_and(|only| only != workload.name) || contestant.name == "frame-walk" {
                continue;
            }
            if let Some(decoder) = &contestant.decoder {
                let verdict = decoded(decoder, workload, &expected);
                verdicts.insert((format!("{} decode", workload.name), contestant.name), verdict);
            }
            if let Some(encoder) = &contestant.encoder {
                let verdict = encoded(encoder, workload, &expected);
                verdicts.insert((format!("{} encode", workload.name), contestant.name), verdict);
            }
        }
    }
    trust(&verdicts);
    verdicts
}

fn decoded(decoder: &Side<Record>, workload: &Workload, expected: &Record) -> Verdict {
    match attempt(|| (decoder.check)(workload.bytes)) {
        Err(message) => Verdict::Panics(message),
        Ok(found) => match (expected.difference(&found), found.hidden()) {
            (Some(difference), _) => Verdict::Wrong(difference),
            (None, hidden) if hidden.is_empty() => Verdict::Equal,
            (None, hidden) => Verdict::Remark(format!("the fields of {} are private", hidden.join(" and "))),
        },
    }
}

/// Other bytes may say the same: the order of properties is free, and so is saying what goes without saying. mqtt-wire is the
/// judge, since it takes no packet that breaks a rule.
fn encoded(encoder: &Side<Vec<u8>>, workload: &Workload, expected: &Record) -> Verdict {
    let bytes: &'static [u8] = match attempt(|| (encoder.check)(workload.bytes)) {
        Err(message) => return Verdict::Panics(message),
        Ok(bytes) if bytes == workload.bytes => return Verdict::Equal,
        Ok(bytes) => Vec::leak(bytes),
    };
    let judge = ours(workload.v5).into_iter().find_map(|contestant| contestant.decoder).expect("mqtt-wire decodes");
    let difference = match attempt(|| (judge.check)(bytes)) {
        Err(message) => Some(message),
        Ok(found) => expected.difference(&found),
    };
    let shorter = (workload.bytes.len() as f64 - bytes.len() as f64) / workload.packets as f64;
    match difference {
        Some(difference) => Verdict::Wrong(difference),
        None if shorter == 0.0 => Verdict::Remark("properties in another order".into()),
        None => Verdict::Remark(format!("leaves out properties at their default: {shorter:.1} bytes a packet shorter")),
    }
}

/// Pairs that matchers get wrong, beside those that are timed.
const PITFALLS: [(&str, &str, bool); 8] = [
    ("$SYS/#", "$SYS/uptime", true),
    ("#", "$SYS/uptime", false),
    ("+/uptime", "$SYS/uptime", false),
    ("sport/#", "sport", true),
    ("sport/+", "sport", false),
    ("+/+", "/finance", true),
    ("a/+/+", "a//", true),
    ("é/#", "é/x", true),
];

/// Judges matchers.
pub fn matchers(matchers: &[Matcher]) -> Verdicts {
    let (names, filters) = (topics::names(), topics::filters());
    let reference = matchers.iter().find(|matcher| matcher.name == "by hand").expect("it is there");
    let mut verdicts = Verdicts::new();
    for matcher in matchers {
        let (names, filters) = matcher.knows.of(&names, &filters);
        let expected = (reference.check)(&names, &topics::without_share(&filters));
        let mut faults = Vec::new();
        match attempt(|| (matcher.check)(&names, &filters)) {
            Err(message) => faults.push(message),
            Ok(found) => {
                let wrong = found.iter().zip(&expected).filter(|(found, expected)| found != expected).count();
                if wrong > 0 {
                    faults.push(format!("wrong for {wrong} of {} pairs", expected.len()));
                }
            }
        }
        for (filter, name, matches) in PITFALLS {
            match attempt(|| (matcher.check)(&[name], &[filter])) {
                Err(_) => faults.push(format!("panics on `{filter}` and `{name}`")),
                Ok(found) if found != [matches] => {
                    faults.push(format!("`{filter}` {} `{name}`", if matches { "misses" } else { "matches" }));
                }
                Ok(_) => {}
            }
        }
        let verdict = match faults.is_empty() {
            false => Verdict::Wrong(faults.join("; ")),
            true if matcher.knows == Knows::Everything => Verdict::Equal,
            true => Verdict::Remark("does not know `$share`".into()),
        };
        verdicts.insert((entries::MATCHING.into(), matcher.name), verdict);
    }
    trust(&verdicts);
    verdicts
}

/// Judges tables.
pub fn tables(matchers: &[Matcher], tables: &[Table]) -> Verdicts {
    let (names, filters) = (topics::names(), topics::filters());
    let reference = matchers.iter().find(|matcher| matcher.name == "by hand, with $share").expect("it is there");
    let expected = (reference.check)(&names, &filters);
    let mut verdicts = Verdicts::new();
    for table in tables {
        assert_eq!((table.check)(&names, &filters), expected, "{}", table.name);
        verdicts.insert((entries::LOOKUP.into(), table.name), Verdict::Equal);
    }
    verdicts
}

fn trust(verdicts: &Verdicts) {
    for ((group, name), verdict) in verdicts {
        let trusted = name.starts_with(OURS) || ["hand-min", "memcpy", "by hand, with $share"].contains(name);
        match verdict {
            Verdict::Remark(message) | Verdict::Wrong(message) | Verdict::Panics(message) if trusted => {
                panic!("{group}, {name}: {message}")
            }
            _ => {}
        }
    }
}

/// Runs what may panic, quietly.
fn attempt<T>(what: impl FnOnce() -> T) -> Result<T, String> {
    let hook = panic::take_hook();
    panic::set_hook(Box::new(|_| {}));
    let result = panic::catch_unwind(AssertUnwindSafe(what));
    panic::set_hook(hook);
    result.map_err(|payload| format!("panics: {}", message(&*payload)))
}

fn message(payload: &(dyn Any + Send)) -> &str {
    let text = payload.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| payload.downcast_ref::<&str>().copied()).unwrap_or("without a message")
}
