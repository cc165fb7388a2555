//! A plain trie, for comparison with the filter table: a `HashMap` for every level, as many servers have one. It grows without
//! bound.

use std::collections::HashMap;

/// Filters with their values; a filter may have several, as one that is shared by some groups has.
pub struct Trie<V> {
    root: Node<V>,
}

struct Node<V> {
    children: HashMap<&'static str, Node<V>>,
    values: Vec<V>,
}

impl<V> Node<V> {
    fn new() -> Node<V> {
        Node { children: HashMap::new(), values: Vec::new() }
    }
}

impl<V> Trie<V> {
    /// A trie of these filters.
    pub fn new(entries: impl IntoIterator<Item = (&'static str, V)>) -> Trie<V> {
        let mut root = Node::new();
        for (filter, value) in entries {
            let mut node = &mut root;
            for level in filter.split('/') {
                node = node.children.entry(level).or_insert_with(Node::new);
            }
            node.values.push(value);
        }
        Trie { root }
    }

    /// Shows the value of every filter that matches.
    pub fn matches(&self, name: &str, mut found: impl FnMut(&V)) {
        visit(&self.root, Some(name), name.starts_with('$'), &mut found);
    }
}

/// `rest` is what of the name is below `node`. A name with a `$` is not matched by a wildcard on the first level.
fn visit<V>(node: &Node<V>, rest: Option<&str>, reserved: bool, found: &mut impl FnMut(&V)) {
    if !reserved && let Some(child) = node.children.get("#") {
        child.values.iter().for_each(&mut *found);
    }
    let Some(rest) = rest else {
        node.values.iter().for_each(found);
        return;
    };
    let (level, below) = match rest.split_once('/') {
        Some((level, below)) => (level, Some(below)),
        None => (rest, None),
    };
    if let Some(child) = node.children.get(level) {
        visit(child, below, false, found);
    }
    if !reserved && let Some(child) = node.children.get("+") {
        visit(child, below, false, found);
    }
}
