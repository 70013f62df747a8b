// Highlighting creates several elements for each token. A list of 400 recipes would freeze the page for seconds.
const longest = 50_000; // characters

// PlainText shows long texts without highlighting.
export function PlainText({ React: { createElement: h } }) {
  const SyntaxHighlighter = (Highlighter) => (props) => (props.children.length > longest
    ? h('pre', { className: props.className }, h('code', null, props.children))
    : h(Highlighter, props));
  return { wrapComponents: { SyntaxHighlighter } };
}
