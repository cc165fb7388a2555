//! Matching and looking up topics: realistic ones, and those that somebody makes to keep a server busy.
//!
//! `cargo bench --bench topics -- realistic` gives the time for a million pairs of a topic name and a topic filter, and for
//! 1,000 names looked up in a table: as many milliseconds as a pair takes nanoseconds, as many microseconds as a name.
//! The other groups grow. Read their throughput: it stays level where time grows with the size.

mod hostile;
mod realistic;

use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, Throughput};
use mqtt_wire::{FilterTable, Slot, TopicFilter, TopicName};

fn main() {
    let mut criterion = Criterion::default()
        .warm_up_time(Duration::from_millis(200))
        .measurement_time(Duration::from_secs(1))
        .configure_from_args();
    measure_realistic(&mut criterion);
    hostile::measure(&mut criterion);
    criterion.final_summary();
}

fn name(text: &str) -> TopicName<'_> {
    TopicName::new(text).unwrap_or_else(|error| panic!("{text:?}: {error}"))
}

fn filter(text: &str) -> TopicFilter<'_> {
    TopicFilter::new(text).unwrap_or_else(|error| panic!("{text:?}: {error}"))
}

type Table<'a> = FilterTable<&'a str, u32, Vec<Slot<&'a str, u32>>>;

/// A table of just these filters.
fn table<'a>(filters: impl IntoIterator<Item = &'a String, IntoIter: ExactSizeIterator>) -> Table<'a> {
    let filters = filters.into_iter();
    let mut table = FilterTable::new(vec![Slot::EMPTY; filters.len()]);
    for (text, value) in filters.zip(0..) {
        assert_eq!(table.insert(&text[..], value), Ok(None), "{text:?}");
    }
    table
}

fn measure_realistic(criterion: &mut Criterion) {
    let (name_texts, filter_texts) = (realistic::names(), realistic::filters());
    let names: Vec<_> = name_texts.iter().map(|text| name(text)).collect();
    let filters: Vec<_> = filter_texts.iter().map(|text| filter(text)).collect();
    let match_all = |filters: &[TopicFilter<'_>]| {
        names.iter().map(|name| filters.iter().filter(|filter| filter.matches(*name)).count()).sum::<usize>()
    };
    let table = table(&filter_texts);
    let find_all = |table: &Table<'_>| names.iter().map(|name| table.matches(*name).count()).sum::<usize>();
    assert_eq!(match_all(&filters), find_all(&table), "the two ways agree");

    let mut group = criterion.benchmark_group("realistic");
    group.throughput(Throughput::Elements((names.len() * filters.len()) as u64));
    group.bench_function("1,000,000 pairs, matches", |bencher| bencher.iter(|| match_all(black_box(&filters))));
    group.throughput(Throughput::Elements(names.len() as u64));
    group.bench_function("1,000 names, FilterTable of 1,000 filters", |bencher| {
        bencher.iter(|| find_all(black_box(&table)));
    });
    group.throughput(Throughput::Elements(filters.len() as u64));
    group.bench_function("1,000 filters, insert into a FilterTable", |bencher| {
        bencher.iter(|| self::table(black_box(&filter_texts)).len());
    });
    group.finish();
}
