// What was found: summary, next steps, moments, trackers, sentiment. Every line leads to its place in the call.

function summary(call) {
  const lines = call.highlights.summary.map((line) =>
    quoteLine(call, call.turns[line.turn]?.startMs ?? 0, line),
  );
  const note = lines.length ? "summaryNote" : "summaryNone";
  return section(
    "summary",
    () => text("summary"),
    lines.length > 0 && el("ul", { class: "quotes lead" }, lines),
    el("p", { class: "small" }, () => text(note)),
  );
}

function quoteLine(call, ms, { turn, speaker, quote, confidence, due }) {
  const someone = personOf(call, speaker ?? call.turns[turn]?.speaker);
  return el(
    "li",
    { class: someone.hue },
    timeButton(ms, turn),
    el(
      "div",
      {},
      nameTag(someone),
      el("q", said(call), quote),
      due && dueTag(call, due),
      confidence < 0.5 && el("span", { class: "tag warn" }, () => text("unsure")),
    ),
  );
}

function dueTag(call, due) {
  return el("span", said(call, { class: "tag due" }), () => text("due", due));
}

function nextSteps(call) {
  const steps = call.highlights.moments.filter((found) => found.kind === "next-step");
  const lines = steps.map((found) => quoteLine(call, found.startMs, found));
  return section(
    "next-steps",
    () => text("nextSteps"),
    lines.length ? el("ul", { class: "quotes" }, lines) : quiet("nextStepsNone"),
  );
}

function quiet(name) {
  return el("p", { class: "small" }, () => text(name));
}

const LISTED_KINDS = ["objection", "price", "agreement", "question"];
const OPEN_UP_TO = 5;

function moments(call) {
  const groups = LISTED_KINDS.map((kind) => momentGroup(call, kind)).filter(Boolean);
  return section("moments", () => text("moments"), groups.length ? groups : quiet("momentsNone"));
}

function momentGroup(call, kind) {
  const found = call.highlights.moments.filter((moment) => moment.kind === kind);
  const title = [
    el("span", { class: `sample mark kind-${kind}`, "aria-hidden": "true" }, KINDS[kind].sign),
    () => text(KINDS[kind].name),
    counted(found.length),
  ];
  return (
    found.length > 0 &&
    fold(
      title,
      found.length <= OPEN_UP_TO,
      found.map((moment) => quoteLine(call, moment.startMs, moment)),
    )
  );
}

function counted(count) {
  return el("span", { class: "count" }, String(count));
}

// A group that can be folded; long ones start folded so that the short ones are seen.
function fold(title, open, lines) {
  const attributes = open ? { class: "group", open: "" } : { class: "group" };
  return el(
    "details",
    attributes,
    el("summary", {}, el("h3", {}, title)),
    el("ul", { class: "quotes" }, lines),
  );
}

function trackers(call) {
  const all = call.trackers.trackers;
  const hit = all.filter((tracker) => tracker.hits.length).map((tracker) => trackerGroup(call, tracker));
  const unsaid = all.filter((tracker) => tracker.hits.length === 0).map((tracker) => tracker.name);
  const rest =
    unsaid.length > 0 && el("p", { class: "small" }, () => `${text("trackersUnsaid")} `, unsaid.join(" · "));
  return section("trackers", () => text("trackers"), all.length ? [...hit, rest] : quiet("trackersNone"));
}

function trackerGroup(call, { name, hits }) {
  const title = [
    el("span", { class: "sample mark kind-tracker", "aria-hidden": "true" }),
    el("span", { dir: "auto" }, name),
    counted(hits.length),
  ];
  const lines = hits.map((hit) => quoteLine(call, hit.startMs, { ...hit, quote: hit.text }));
  return fold(title, hits.length <= OPEN_UP_TO, lines);
}

function sentiment(call) {
  const rows = call.speakers
    .map((speaker) => personOf(call, speaker.id))
    .map((someone) => sentimentRow(call, someone))
    .filter(Boolean);
  const head = el(
    "tr",
    {},
    el("td"),
    [1, 2, 3, 4].map((n) => el("th", { scope: "col" }, () => text("quarter", n))),
  );
  const table = el("table", {}, el("thead", {}, head), el("tbody", {}, rows));
  return section(
    "sentiment",
    () => text("sentiment"),
    rows.length ? table : false,
    quiet(rows.length ? "sentimentNote" : "sentimentNone"),
  );
}

function sentimentRow(call, someone) {
  const quarters = call.sentiment.quarters.filter((entry) => entry.speaker === someone.id);
  const scored = quarters.some((entry) => entry.score !== undefined && entry.score !== null);
  const cells = [1, 2, 3, 4].map((n) => sentimentCell(quarters.find((entry) => entry.quarter === n)?.score));
  return scored && el("tr", { class: someone.hue }, el("th", { scope: "row" }, nameTag(someone)), cells);
}

function sentimentCell(score) {
  if (score === undefined || score === null) return el("td", { class: "none" }, "–");
  const bar = el("span", {
    class: score < 0 ? "bar low" : "bar",
    style: { "--size": Math.abs(score) / 5 },
    "aria-hidden": "true",
  });
  return el("td", {}, bar, el("span", {}, signed(score)));
}

/** A score with its sign, one decimal. */
function signed(score) {
  const size = Math.abs(score).toFixed(1);
  return score > 0 ? `+${size}` : score < 0 ? `−${size}` : size;
}
