//! Colours and fonts, for light and for dark surroundings.

/// Connections take turns with so many colours.
pub(super) const COLOURS: usize = 6;

/// Every colour of text has a contrast of at least 4.5 to 1 with the paper, as WCAG 2 asks for. No custom properties:
/// programs that turn pictures into paper know none of them.
pub(super) const STYLE: &str = "
  svg { color-scheme: light dark; }
  text { font-family: ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, 'Noto Sans Mono CJK KR', monospace; white-space: pre; }
  .strong { font-weight: bold; }
  .row text, .row .words .strong, .tip { fill: currentColor; }
  .arrow line, .cross, .leader { stroke: currentColor; stroke-width: 1.5; fill: none; }
  .leader { stroke-width: 0.75; }
  .broken line { stroke-dasharray: 6 4; }
  .paper, .head { fill: #ffffff; }
  text, .row .words text { fill: #1f2328; }
  .plain { color: #1f2328; }
  .faint, .row .faint { fill: #59636e; }
  .life, .rule, .head { stroke: #8c959f; }
  .c0 { color: #0550ae; }
  .c1 { color: #6639ba; }
  .c2 { color: #116329; }
  .c3 { color: #7d4e00; }
  .c4 { color: #99286e; }
  .c5 { color: #0b5a63; }
  .broken { color: #b31d28; }
  @media (prefers-color-scheme: dark) {
    .paper, .head { fill: #0d1117; }
    text, .row .words text { fill: #e6edf3; }
    .plain { color: #e6edf3; }
    .faint, .row .faint { fill: #9198a1; }
    .life, .rule, .head { stroke: #6e7681; }
    .c0 { color: #79c0ff; }
    .c1 { color: #d2a8ff; }
    .c2 { color: #7ee787; }
    .c3 { color: #e3b341; }
    .c4 { color: #ff9bce; }
    .c5 { color: #76e3ea; }
    .broken { color: #ff7b72; }
  }
  .row .words .strong { fill: currentColor; }
";
