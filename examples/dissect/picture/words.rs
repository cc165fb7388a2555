//! Text in pictures, and numbers for where it stands.

use svg::Node;
use svg::node::element::Element;
use unicode_width::UnicodeWidthStr;

/// The width of a column: text is set in a monospaced font, and stretched to this where a font has another.
const COLUMN: f64 = 0.6;

/// Text that takes the columns it is meant to take, whatever the font. `y` is its base line.
pub(crate) fn text(content: &str, x: f64, y: f64, font: f64) -> Element {
    let length = width_of(content.width(), font);
    // Not the library's text element: that puts line breaks around its text, which would be seen.
    let mut text = Element::new("text");
    text.append(svg::node::Text::new(content));
    for (name, value) in [("x", x), ("y", y), ("font-size", font), ("textLength", length)] {
        text.assign(name, number(value));
    }
    text
}

pub(crate) fn with_class(mut element: Element, class: &str) -> Element {
    element.assign("class", class);
    element
}

pub(crate) fn width_of(columns: usize, font: f64) -> f64 {
    columns as f64 * COLUMN * font
}

/// With one digit behind the point, where there is need of one.
pub(crate) fn number(number: f64) -> String {
    let text = format!("{number:.1}");
    text.strip_suffix(".0").map(str::to_owned).unwrap_or(text)
}
