//! Topics that somebody makes to keep a server busy: as many levels as there can be, and tables full of filters that begin alike.
//!
//! Time grows with the bytes of name and filter, or with the filters that have to be found.

use std::hint::black_box;

use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, BenchmarkId, Criterion, Throughput};
use mqtt_wire::{TopicFilter, TopicName};

use crate::{filter, name, table};

pub fn measure(criterion: &mut Criterion) {
    // Checking, matching and relating: sizes are bytes.
    let sizes = [1_023, 4_095, 16_383, 65_535];
    for (title, filter_level, name_level) in [
        ("'/' and '/'", "", ""),
        ("'+/+/+' and 'a/a/a'", "+", "a"),
        ("'+/+/+' and '/'", "+", ""),
        ("'a/a/a' and 'a/a/a'", "a", "a"),
    ] {
        let mut group = criterion.benchmark_group(title);
        for size in sizes {
            let levels = size / (filter_level.len().max(name_level.len()) + 1) + 1;
            let [filter_text, name_text] = [filter_level, name_level].map(|level| vec![level; levels].join("/"));
            group.throughput(Throughput::Bytes((filter_text.len() + name_text.len()) as u64));
            one_by_one(&mut group, size, &filter_text, &name_text);
        }
        group.finish();
    }
    tables(criterion);
}

fn one_by_one(group: &mut BenchmarkGroup<'_, WallTime>, size: usize, filter_text: &str, name_text: &str) {
    let (filter, name) = (filter(filter_text), name(name_text));
    assert!(filter.matches(name) && filter.overlaps(filter) && filter.covers(filter));
    group.bench_function(BenchmarkId::new("new", size), |bencher| {
        bencher.iter(|| (TopicFilter::new(black_box(filter_text)), TopicName::new(black_box(name_text))));
    });
    group.bench_function(BenchmarkId::new("matches", size), |bencher| {
        bencher.iter(|| black_box(filter).matches(black_box(name)));
    });
    group.bench_function(BenchmarkId::new("levels", size), |bencher| {
        bencher.iter(|| black_box(name).levels().count() + black_box(filter).levels().rev().count());
    });
    group.bench_function(BenchmarkId::new("covers", size), |bencher| {
        bencher.iter(|| black_box(filter).covers(black_box(filter)));
    });
    group.bench_function(BenchmarkId::new("overlaps", size), |bencher| {
        bencher.iter(|| black_box(filter).overlaps(black_box(filter)));
    });
}

fn tables(criterion: &mut Criterion) {
    // Every filter is the beginning of the next: sizes are levels, and filters.
    let mut group = criterion.benchmark_group("a table of '+/+/+/#', each the beginning of the next");
    for size in [64, 256, 1_024, 4_096] {
        let filters: Vec<_> = (1..=size).map(|levels| format!("{}/#", vec!["+"; levels].join("/"))).collect();
        look_up(&mut group, size, &filters, &vec!["a"; size].join("/"), size);
    }
    group.finish();

    // Every way to write '+' or the text, twice, and once more with a last level that the name lacks: sizes are filters.
    let mut group = criterion.benchmark_group("a table of every 'a/+/a/…'");
    for levels in [6, 8, 10, 12] {
        let filters = every_way(levels, "a");
        look_up(&mut group, filters.len(), &filters, &vec!["a"; levels + 1].join("/"), filters.len());
    }
    group.finish();
    let mut group = criterion.benchmark_group("a table of every 'a/+/a/…/b', of which none matches");
    for levels in [6, 8, 10, 12] {
        let filters = every_way(levels, "b");
        look_up(&mut group, filters.len(), &filters, &vec!["a"; levels + 1].join("/"), 0);
    }
    group.finish();

    // 64 filters of almost the same text: sizes are bytes of each.
    let mut group = criterion.benchmark_group("a table of 64 deep filters, get, remove and insert");
    for size in [1_023, 4_095, 16_383, 65_535] {
        let levels = vec!["+"; size / 2].join("/");
        let filters: Vec<_> = ('0'..='o').map(|last| format!("{levels}/{last}")).collect();
        let mut table = table(&filters);
        let middle = filter(&filters[31]);
        group.throughput(Throughput::Bytes(size as u64));
        group.bench_function(BenchmarkId::new("get", size), |bencher| {
            bencher.iter(|| table.get(black_box(middle)).copied());
        });
        group.bench_function(BenchmarkId::new("remove and insert", size), |bencher| {
            bencher.iter(|| {
                let (text, value) = table.remove(black_box(middle))?;
                table.insert(text, value).ok()
            });
        });
    }
    group.finish();
}

/// Each of the first levels is '+' or "a".
fn every_way(levels: usize, last: &str) -> Vec<String> {
    let level = |bits: usize, at| if bits >> at & 1 == 0 { "+/" } else { "a/" };
    (0..1 << levels).map(|bits| (0..levels).map(|at| level(bits, at)).chain([last]).collect()).collect()
}

fn look_up(
    group: &mut BenchmarkGroup<'_, WallTime>,
    size: usize,
    filters: &[String],
    topic_name: &str,
    expected: usize,
) {
    let (table, name) = (table(filters), name(topic_name));
    assert_eq!(table.matches(name).count(), expected);
    group.throughput(Throughput::Elements(filters.len() as u64));
    group.bench_function(BenchmarkId::new("FilterTable", size), |bencher| {
        bencher.iter(|| table.matches(black_box(name)).count());
    });
    let filters: Vec<_> = filters.iter().map(|text| filter(text)).collect();
    group.bench_function(BenchmarkId::new("one by one", size), |bencher| {
        let topic_name: TopicName<'_> = black_box(name);
        bencher.iter(|| filters.iter().filter(|filter| filter.matches(topic_name)).count());
    });
}
