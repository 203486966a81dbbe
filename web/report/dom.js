// Building blocks. Data becomes text nodes and attributes only: nothing here parses markup.

const SVG = "http://www.w3.org/2000/svg";

// The language of the page's own texts; `data` holds what Publish embedded.
const page = { language: "en", spoken: [] };

/** The page's text of this name in the chosen language; arguments fill its gaps. */
function text(name, ...gaps) {
  const entry = TEXTS[page.language][name];
  return typeof entry === "function" ? entry(...gaps) : (entry ?? name);
}

function setAll(node, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null) continue;
    if (name === "style") setStyles(node, value);
    else node.setAttribute(name, value);
  }
  return node;
}

// Custom properties go through the CSSOM: the policy of this page forbids style attributes.
function setStyles(node, styles) {
  for (const [name, value] of Object.entries(styles)) node.style.setProperty(name, value);
}

/** An element; children are nodes, strings, or functions that give a text in the chosen language. */
function el(tag, attributes = {}, ...children) {
  const node = setAll(document.createElement(tag), attributes);
  for (const child of children.flat(Infinity)) append(node, child);
  return node;
}

/** An SVG element. */
function svg(tag, attributes = {}, ...children) {
  const node = setAll(document.createElementNS(SVG, tag), attributes);
  node.append(...children);
  return node;
}

function append(node, child) {
  if (child === undefined || child === null || child === false) return;
  node.append(typeof child === "function" ? spoken(child) : child);
}

// A text node that follows the language of the page.
function spoken(say) {
  const node = document.createTextNode(say());
  page.spoken.push(() => {
    node.data = say();
  });
  return node;
}

/** An attribute that follows the language of the page. */
function label(node, name, say) {
  const speak = () => node.setAttribute(name, say());
  page.spoken.push(speak);
  speak();
  return node;
}

/** Says everything again in another language. */
function speakIn(language) {
  page.language = language;
  document.documentElement.lang = language;
  for (const speak of page.spoken) speak();
}

/** A titled part of the page, a landmark with its heading as name. */
function section(id, title, ...children) {
  const heading = el("h2", { id: `${id}-title` }, title);
  return el("section", { id, class: `part ${id}`, "aria-labelledby": heading.id }, heading, ...children);
}

/** `1:02:03`, `4:05`: a place in the call. */
function clock(ms) {
  const all = Math.floor(ms / 1000);
  const pad = (n) => String(n).padStart(2, "0");
  const [h, m, s] = [Math.floor(all / 3600), Math.floor(all / 60) % 60, all % 60];
  return h > 0 ? `${h}:${pad(m)}:${pad(s)}` : `${m}:${pad(s)}`;
}

/** A length of time: seconds with a decimal below a minute, a clock above. */
function length(ms) {
  return ms < 60_000 ? text("seconds", number(ms / 1000, 1)) : clock(ms);
}

function number(value, digits = 0) {
  return value.toLocaleString(page.language, { maximumFractionDigits: digits });
}

function percent(share) {
  return `${number(share * 100)}%`;
}

/** A button that selects a moment; one listener on the document serves them all. */
function timeButton(ms, turn, ...children) {
  const attributes = { type: "button", class: "time", "data-ms": ms, "data-turn": turn };
  return el("button", attributes, ...(children.length ? children : [clock(ms)]));
}
