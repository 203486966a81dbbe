// What was said: turns in order, words with their confidence, passages in doubt, tracker hits.

const SURE = 0.8;
const UNSURE = 0.5;
const LONG_TURNS = 400;

/** Whether there are too many turns to lay out all of them at once. */
function isLong(call) {
  return call.turns.length > LONG_TURNS;
}

function transcript(call) {
  const tools = el("div", { class: "tools" }, counts(call), doubtTool(call));
  const content = call.turns.length ? [tools, transcriptLegend(call), turnList(call)] : emptyState(call);
  const part = section("transcript", () => text("transcript"), content);
  part.tabIndex = -1;
  onMoment((chosen) => showTurn(part, chosen));
  return part;
}

function emptyState(call) {
  const heard = call.metrics.speechMs > 0 ? "wordless" : "empty";
  const line = svg(
    "svg",
    { viewBox: "0 0 240 40", "aria-hidden": "true" },
    svg("path", { d: heard === "empty" ? "M0 20h240" : "M0 20h92q6 0 8-9t8 18q3-9 8-9h124" }),
  );
  return el(
    "div",
    { class: "empty" },
    line,
    el("h3", {}, () => text(`${heard}Title`)),
    el("p", {}, () => text(`${heard}Text`, length(call.durationMs))),
  );
}

function counts(call) {
  const words = call.turns.reduce((sum, turn) => sum + turn.words.length, 0);
  const unit = call.language === "ja" ? "charsCount" : "wordsCount";
  const size =
    call.language === "ja" ? call.turns.reduce((sum, turn) => sum + [...turn.text].length, 0) : words;
  return el(
    "span",
    {},
    () => `${text("turnsCount", number(call.turns.length))} · ${text(unit, number(size))}`,
  );
}

// Walks from doubt to doubt, from the selected moment on, and around.
function doubtTool(call) {
  const next = () => {
    const after = call.doubts.find((doubt) => doubt.startMs > (moment.ms ?? -1)) ?? call.doubts[0];
    selectMoment(call, after.startMs, { turn: after.turn, origin: "mark" });
  };
  const button = el(
    "button",
    { type: "button", class: "quiet", id: "next-doubt" },
    () => text("doubtNext"),
    " ↓",
  );
  button.addEventListener("click", next);
  return (
    call.doubts.length > 0 &&
    el("span", { class: "doubts" }, () => text("doubtsCount", call.doubts.length), button)
  );
}

function transcriptLegend(call) {
  const reasons = new Set(call.doubts.map((doubt) => doubt.reason));
  const hit = call.trackers.trackers.some((tracker) => tracker.hits.length);
  return el(
    "p",
    { class: "legend" },
    el("span", { class: "key fair" }, () => text("legendFaint")),
    reasons.has("low-confidence") &&
      el(
        "span",
        { class: "key" },
        el("span", { class: "low-confidence" }, () => text("legendDoubt")),
      ),
    reasons.has("uncertain-number") &&
      el(
        "span",
        { class: "key" },
        el("span", { class: "uncertain-number" }, () => text("legendNumber")),
      ),
    hit &&
      el(
        "span",
        { class: "key" },
        el("span", { class: "hit" }, () => text("legendHit")),
      ),
  );
}

function turnList(call) {
  const notes = notesByTurn(call);
  const pauses = [...call.metrics.silences];
  const items = call.turns.flatMap((turn, at) => [
    ...pausesBefore(pauses, turn),
    turnItem(call, turn, at, notes.get(at) ?? []),
  ]);
  return el("ol", { class: "turns" }, items);
}

// Silences that end before this turn begins, taken off the front of what is left.
function pausesBefore(pauses, turn) {
  const taken = [];
  while (pauses.length && pauses[0].endMs <= turn.startMs + 250) taken.push(pauses.shift());
  return taken.map((span) =>
    el(
      "li",
      { class: "pause" },
      timeButton(span.startMs),
      el("span", {}, () => text("silenceOf", length(span.endMs - span.startMs))),
    ),
  );
}

/** Everything that marks words, by turn: `{startMs, endMs, kind, why}`. */
function notesByTurn(call) {
  const hits = call.trackers.trackers.flatMap((tracker) =>
    tracker.hits.map((hit) => ({ ...hit, kind: "hit", why: () => `${text("trackers")}: ${tracker.name}` })),
  );
  const doubts = call.doubts.map((doubt) => ({
    ...doubt,
    kind: doubt.reason,
    why: () => text(doubt.reason === "uncertain-number" ? "doubtNumber" : "doubtLow"),
  }));
  return Map.groupBy([...hits, ...doubts], (note) => note.turn);
}

function turnItem(call, turn, at, notes) {
  const someone = personOf(call, turn.speaker);
  return el(
    "li",
    { class: `turn ${someone.hue}`, "data-at": at },
    timeButton(turn.startMs, at),
    el(
      "div",
      { class: "speech" },
      nameTag(someone),
      feeling(call, at),
      el("p", said(call), ...words(turn, at, notes)),
    ),
  );
}

function feeling(call, at) {
  const found = call.feelings.get(at);
  const kind = found && (found.score < 0 ? "feeling low" : "feeling");
  const chip = found && el("span", { class: kind }, signed(found.score));
  return (
    chip && label(chip, "title", () => text("sentimentOf", signed(found.score), found.evidence.join(", ")))
  );
}

// Follows the turn's running text, so that it stays exactly as it was written, and makes each word it finds
// a place one can click. Text between two words of one passage carries the passage's marks too.
function words(turn, at, notes) {
  const pieces = [];
  let [from, before] = [0, []];
  for (const word of turn.words) {
    const found = turn.text.indexOf(word.text, from);
    if (found < 0) continue;
    const marks = notes.filter((note) => note.startMs < word.endMs && word.startMs < note.endMs);
    if (found > from)
      pieces.push(
        gap(
          turn.text.slice(from, found),
          marks.filter((mark) => before.includes(mark)),
        ),
      );
    pieces.push(wordSpan(word, at, marks));
    [from, before] = [found + word.text.length, marks];
  }
  return [...pieces, turn.text.slice(from)];
}

function gap(between, marks) {
  return marks.length ? el("span", { class: kinds(marks) }, between) : between;
}

function wordSpan(word, at, marks) {
  const sure = word.confidence < UNSURE ? "poor" : word.confidence < SURE ? "fair" : "";
  const classes = `${sure} ${kinds(marks)}`.trim();
  const span = el(
    "span",
    { "data-ms": word.startMs, "data-turn": at, class: classes || undefined },
    word.text,
  );
  return marks.length ? label(span, "title", () => marks.map((mark) => mark.why()).join("; ")) : span;
}

function kinds(marks) {
  return marks.map((mark) => mark.kind).join(" ");
}

function showTurn(part, { ms, turn, origin }) {
  part.querySelector("[aria-current]")?.removeAttribute("aria-current");
  part.querySelector(".now")?.classList.remove("now");
  const item = part.querySelector(`.turn[data-at="${turn}"]`);
  if (!item) return;
  item.setAttribute("aria-current", "true");
  lastBegun(item.querySelectorAll("p [data-ms]"), ms)?.classList.add("now");
  if (origin !== "transcript") scrollTo(item, smoothness(origin));
}

// In a long call the turns on the way have only a guessed height until they are seen: look again when they are.
function scrollTo(item, behavior) {
  item.scrollIntoView({ block: "center", behavior });
  if (document.body.classList.contains("long"))
    requestAnimationFrame(() => item.scrollIntoView({ block: "center", behavior }));
}

function lastBegun(spans, ms) {
  return [...spans].findLast((span) => Number(span.dataset.ms) <= ms);
}

// A shared address opens at its place, and an hour is too far to glide over.
function smoothness(origin) {
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  return still || origin === "address" || document.body.classList.contains("long") ? "instant" : "smooth";
}
