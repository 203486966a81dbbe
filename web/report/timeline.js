// The call over time: one lane per speaker, marks above, one slider over all of it.

const BARS_MAX = 720;
const TICK_STEPS_S = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200];
const TICKS_MAX = 10;
const DENSE_MARKS = 60;
const STEP_MS = 5_000;
const LEAP_MS = 30_000;

const KINDS = {
  question: { name: "kindQuestion", sign: "?" },
  objection: { name: "kindObjection", sign: "!" },
  "next-step": { name: "kindNextStep", sign: "→" },
  price: { name: "kindPrice", sign: "¤" },
  agreement: { name: "kindAgreement", sign: "✓" },
};

/** How a kind of moment is shown; one that a later report brings is shown plainly. */
function kindOf(kind) {
  return KINDS[kind] ?? { name: "moments", sign: "•" };
}

function timeline(call) {
  const marks = [momentRow(call), trackerRow(call)].filter(Boolean);
  const style = { "--mark-rows": marks.length };
  const chart = el("div", { class: "chart", style }, marks, laneRows(call), axisRow(call), overlay(call));
  return section("timeline", () => text("timeline"), legend(call), chart);
}

function laneRows(call) {
  const lanes = call.speakers.map((speaker) => laneRow(call, personOf(call, speaker.id)));
  return lanes.length ? lanes : silentRow();
}

function row(kind, name, ...content) {
  return el(
    "div",
    { class: `row ${kind}` },
    el("div", { class: "row-name" }, name),
    el("div", { class: "track" }, ...content),
  );
}

function silentRow() {
  return row(
    "lane silent",
    "",
    el("span", { class: "flat" }, () => text("noVoice")),
  );
}

function laneRow(call, someone) {
  const metrics = call.metrics.speakers.find((entry) => entry.speaker === someone.id);
  const share = metrics && el("span", { class: "share" }, () => percent(metrics.shareOfTalk));
  return row(
    `lane ${someone.hue}`,
    [nameTag(someone), share],
    lanePicture(call, someone),
    interruptionTicks(call, someone),
  );
}

// Spans of voice as pale blocks with exact edges; loudness as bars over them.
function lanePicture(call, someone) {
  const spans = call.spans.get(someone.id) ?? [];
  const blocks = spans.map((span) => rect(place(call, span.startMs), place(call, span.endMs), 100));
  const attributes = { viewBox: "0 0 100 100", preserveAspectRatio: "none", "aria-hidden": "true" };
  return svg("svg", attributes, path("voice", blocks), ...loudness(call, someone, spans));
}

function loudness(call, someone, spans) {
  const peaks = call.peaks.get(someone.id) ?? [];
  const bars = resample(peaks);
  const barMs = (peaks.length / bars.length) * call.peakMs;
  const drawn = { loud: [], faint: [] };
  bars.forEach((peak, at) => {
    const [from, to] = [at * barMs, (at + 1) * barMs];
    const voiced = spans.some((span) => span.startMs < to && span.endMs > from);
    const [left, right] = [place(call, from), place(call, to)];
    drawn[voiced ? "loud" : "faint"].push(rect(left, left + (right - left) * 0.68, Math.max(peak, 3)));
  });
  return [path("faint", drawn.faint), path("loud", drawn.loud)];
}

// Long calls have more peaks than the picture has pixels: each bar is the loudest of its share.
function resample(peaks) {
  const count = Math.min(peaks.length, BARS_MAX);
  return Array.from({ length: count }, (_, at) => {
    const from = Math.floor((at * peaks.length) / count);
    return Math.max(...peaks.slice(from, Math.floor(((at + 1) * peaks.length) / count)));
  });
}

// A bar of this height around the middle of the lane.
function rect(left, right, height) {
  const width = Math.max(right - left, 0.05).toFixed(3);
  return `M${left.toFixed(3)} ${(100 - height) / 2}h${width}v${height}h-${width}z`;
}

function path(kind, pieces) {
  return svg("path", { class: kind, d: pieces.join("") });
}

function interruptionTicks(call, someone) {
  const made = call.metrics.interruptions.filter((interruption) => interruption.by === someone.id);
  return made.map(({ atMs }) => at(call, atMs, el("span", { class: "interruption" })));
}

/** Puts a node at its place on the time axis. */
function at(call, ms, node) {
  return setAll(node, { style: { "--at": place(call, ms) } });
}

function momentRow(call) {
  const marks = call.highlights.moments.map((found) =>
    mark(call, `kind-${found.kind}`, kindOf(found.kind).sign, found, found.quote),
  );
  return markRow("moments", marks);
}

function trackerRow(call) {
  const marks = call.trackers.trackers.flatMap((tracker) =>
    tracker.hits.map((hit) => mark(call, "kind-tracker", "", hit, `${tracker.name}: ${hit.text}`)),
  );
  return markRow("trackers", marks);
}

// Very many marks become thin lines: they show where it is thick.
function markRow(name, marks) {
  const kind = marks.length > DENSE_MARKS ? "marks dense" : "marks";
  return marks.length > 0 && row(kind, () => text(name), marks);
}

// For the mouse only: the same moments are buttons in the lists below, in reading order.
function mark(call, kind, sign, found, words) {
  const attributes = {
    class: `mark ${kind}`,
    "data-ms": found.startMs,
    "data-turn": found.turn,
    "aria-hidden": "true",
  };
  return at(
    call,
    found.startMs,
    el("span", { ...attributes, title: `${clock(found.startMs)} ${words}` }, sign),
  );
}

function axisRow(call) {
  const seconds = call.durationMs / 1000;
  const step =
    TICK_STEPS_S.find((candidate) => seconds / candidate <= TICKS_MAX) ?? Math.ceil(seconds / TICKS_MAX);
  const count = Math.floor(seconds / step) + 1;
  const ticks = Array.from({ length: count }, (_, n) => tick(call, n, n * step * 1000));
  return row("axis", "", ticks);
}

function tick(call, n, ms) {
  const kind = `tick${n % 2 ? " odd" : ""}${place(call, ms) > 97 ? " last" : ""}`;
  return at(call, ms, el("span", { class: kind }, clock(ms)));
}

// Silences and overlaps cross all lanes; the slider lies on top and takes the pointer.
function overlay(call) {
  const silences = call.speakers.length
    ? call.metrics.silences.map((span) => band(call, "silence", span))
    : [];
  const overlaps = call.metrics.overlaps.map((span) => band(call, "overlap", span));
  const cursor = el("div", { class: "cursor", hidden: "" }, el("span", { class: "cursor-time" }));
  const hover = el(
    "div",
    { class: "hover", hidden: "" },
    el("span", { class: "hover-time" }),
    el("span", said(call, { class: "hover-words" })),
  );
  const slider = sliderOver(call);
  followPointer(call, slider, hover);
  onMoment((chosen) => showCursor(call, slider, cursor, chosen));
  return el("div", { class: "overlay" }, silences, overlaps, hover, cursor, slider);
}

function band(call, kind, span) {
  const style = { "--from": place(call, span.startMs), "--to": place(call, span.endMs) };
  return el("span", { class: `band ${kind}`, style });
}

function sliderOver(call) {
  const range = {
    "aria-valuemin": 0,
    "aria-valuemax": Math.round(call.durationMs / 1000),
    "aria-valuenow": 0,
  };
  const slider = el("div", {
    class: "slider",
    role: "slider",
    tabindex: 0,
    "aria-valuetext": clock(0),
    ...range,
  });
  label(slider, "aria-label", () => `${text("position")}. ${text("timelineHelp")}`);
  slider.addEventListener("keydown", (event) => step(call, event));
  slider.addEventListener("click", (event) =>
    selectMoment(call, msUnder(call, slider, event), { origin: "lanes" }),
  );
  return slider;
}

function step(call, event) {
  const now = moment.ms ?? 0;
  const targets = {
    ArrowLeft: now - STEP_MS,
    ArrowDown: now - STEP_MS,
    ArrowRight: now + STEP_MS,
    ArrowUp: now + STEP_MS,
    PageDown: now - LEAP_MS,
    PageUp: now + LEAP_MS,
    Home: 0,
    End: call.durationMs,
  };
  if (!(event.key in targets)) return;
  event.preventDefault();
  selectMoment(call, targets[event.key], { origin: "lanes" });
}

function msUnder(call, slider, event) {
  const box = slider.getBoundingClientRect();
  return ((event.clientX - box.left) / box.width) * call.durationMs;
}

function followPointer(call, slider, hover) {
  slider.addEventListener("pointermove", (event) => showHover(call, hover, msUnder(call, slider, event)));
  slider.addEventListener("pointerleave", () => {
    hover.hidden = true;
  });
}

function showHover(call, hover, ms) {
  const kept = Math.min(Math.max(ms, 0), call.durationMs);
  hover.hidden = false;
  at(call, kept, hover).classList.toggle("late", kept > call.durationMs / 2);
  hover.firstChild.textContent = clock(kept);
  hover.lastChild.textContent = whatIsHeard(call, kept);
}

function whatIsHeard(call, ms) {
  const inside = (span) => span.startMs <= ms && ms < span.endMs;
  const [silence, overlap] = [call.metrics.silences.find(inside), call.metrics.overlaps.find(inside)];
  if (silence) return text("silenceOf", length(silence.endMs - silence.startMs));
  if (overlap) return text("overlapOf", length(overlap.endMs - overlap.startMs));
  const turn = call.turns[turnAt(call, ms)];
  return turn && inside(turn) ? `${personOf(call, turn.speaker).name()}: ${turn.text.slice(0, 90)}` : "";
}

function showCursor(call, slider, cursor, { ms, turn }) {
  cursor.hidden = false;
  at(call, ms, cursor).classList.toggle("late", ms > call.durationMs / 2);
  cursor.firstChild.textContent = clock(ms);
  const heard = call.turns[turn];
  setAll(slider, {
    "aria-valuenow": Math.round(ms / 1000),
    "aria-valuetext": heard
      ? `${clock(ms)}, ${personOf(call, heard.speaker).name()}: ${heard.text.slice(0, 120)}`
      : clock(ms),
  });
}

function legend(call) {
  const { overlaps, silences, interruptions } = call.metrics;
  const shown = [
    [overlaps, "overlap", "legendOverlap"],
    [silences, "silence", "legendSilence"],
    [interruptions, "interruption", "legendInterruption"],
  ];
  const entries = shown
    .filter(([found]) => found.length && call.speakers.length)
    .map(([, kind, name]) => key(kind, () => text(name)));
  const kinds = new Set(call.highlights.moments.map((found) => found.kind));
  const signs = Object.keys(KINDS)
    .filter((kind) => kinds.has(kind))
    .map((kind) => key(`mark kind-${kind}`, () => text(KINDS[kind].name), KINDS[kind].sign));
  return el("p", { class: "legend" }, entries, signs);
}

/** One entry of a legend: a small sample of the sign, and its meaning. */
function key(kind, meaning, sign = "") {
  return el(
    "span",
    { class: "key" },
    el("span", { class: `sample ${kind}`, "aria-hidden": "true" }, sign),
    meaning,
  );
}
