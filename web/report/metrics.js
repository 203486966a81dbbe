// The metric cards. A card that has nothing to show says why.

function metrics(call) {
  return section("metrics", () => text("metrics"), el("div", { class: "cards" }, cards(call)));
}

// Many cards with one and the same reason become one; where nobody speaks, all but the silence is left out.
function cards(call) {
  const read = CARDS.map((card) => readCard(call, card));
  const missing = Map.groupBy(
    read.filter((one) => one.content.length === 0),
    (one) => one.reason,
  );
  const groups = [...missing].filter(([, found]) => found.length >= GROUPED_FROM);
  const grouped = new Set(groups.flatMap(([, found]) => found));
  const single = read.filter((one) => !grouped.has(one)).map((one) => metricCard(call, one));
  return [single, call.speakers.length > 0 && groups.map(missingGroup)];
}

const GROUPED_FROM = 4;

// `needs`: what the report calls, in `skipped`, the fields a card cannot do without. `parts`: those it can.
const CARDS = [
  { name: "talk", source: "vendors", needs: ["speakers"], fill: talkShares },
  { name: "call", needs: ["speakers"], fill: callShares },
  {
    name: "longest",
    source: "quoted",
    needs: ["speakers"],
    parts: ["longestMonologue", "longestCustomerStory"],
    fill: longestRuns,
  },
  { name: "switches", needs: ["switches"], fill: switches },
  { name: "patience", source: "quoted", needs: ["patience"], fill: patience },
  { name: "questions", source: "quoted", needs: ["speakers", "speakers.questions"], fill: questions },
  { name: "fillers", source: "miitel", needs: ["speakers", "speakers.fillers"], fill: fillers },
  {
    name: "speed",
    source: "miitel",
    needs: ["speakers", "speakers.wordsPerMin"],
    parts: ["paceGap"],
    fill: speeds,
  },
  { name: "interruptions", needs: ["interruptions"], fill: interruptions },
  { name: "listening", needs: ["speakers", "interruptions"], fill: listening },
  { name: "overlap", source: "threshold", needs: ["overlap"], fill: overlap },
  { name: "silence", source: "threshold", needs: ["silence"], fill: silence },
];

function readCard(call, card) {
  const reason = skippedReason(call, card.needs);
  return { card, reason, content: reason ? [] : card.fill(call, call.metrics).filter(Boolean) };
}

function metricCard(call, { card, reason, content }) {
  const missing = content.length === 0;
  return el(
    "article",
    { class: missing ? "card missing" : "card", "data-metric": card.name },
    el("h3", {}, () => metricText(card.name).title),
    missing ? absence(reason) : [content, missingPart(call, card)],
    guidance(card),
    definition(card),
  );
}

function missingGroup([reason, found]) {
  const names = () => found.map(({ card }) => metricText(card.name).title).join(" · ");
  return el(
    "article",
    { class: "card missing together", "data-missing": found.length },
    el("h3", {}, names),
    absence(reason),
  );
}

function missingPart(call, { parts = [] }) {
  const name = parts.find((part) => skippedReason(call, [part]));
  return (
    name &&
    el("p", { class: "small" }, () => `${text(name)}: ${text("notAvailable")}. `, () => sentence(skippedReason(call, [name])))
  );
}

function absence(reason) {
  return el("p", { class: "absent" }, () => text("notAvailableBecause", reason ? sentence(reason) : text("notMeasured")));
}

function guidance({ name, source }) {
  const says = () => {
    const { usual } = metricText(name);
    return usual ? text("usual", usual) : text("noRange");
  };
  return el("p", { class: "usual" }, says, source && el("cite", {}, () => SOURCES[source][page.language]));
}

function definition({ name }) {
  return el(
    "details",
    {},
    el("summary", {}, () => text("howMeasured")),
    el("p", {}, () => metricText(name).definition),
  );
}

// One line per speaker with a value; a gauge under them when `gauge` gives its top and the usual band.
function perSpeaker(call, read, show, gauge) {
  const found = call.metrics.speakers.map((entry) => [personOf(call, entry.speaker), read(entry), entry]);
  const valued = found.filter(([, value]) => value !== undefined && value !== null);
  const lines = valued.map(([someone, value, entry]) => valueLine(someone, () => show(value, entry)));
  if (lines.length === 0) return [];
  const dots = valued.map(([someone, value]) => [someone.hue, value]);
  return gauge ? [lines, gaugeOf(gauge, dots)] : [lines];
}

function valueLine(someone, show) {
  return el("p", { class: "value" }, nameTag(someone), el("b", {}, show));
}

function bigValue(show, beside) {
  return el("p", { class: "value big" }, el("b", {}, show), beside && el("span", {}, beside));
}

// A line from 0 to `top` with the usual band and a dot for each value; the numbers above say the same.
function gaugeOf({ top, from, to }, dots) {
  const share = (value) => Math.min(100, (value / top) * 100);
  const band = el("span", { class: "usual-band", style: { "--from": share(from), "--to": share(to) } });
  const marks = dots.map(([hue, value]) =>
    el("span", { class: `dot ${hue}`, style: { "--at": share(value) } }),
  );
  return el("div", { class: "gauge", "aria-hidden": "true" }, band, marks);
}

function stack(parts) {
  const pieces = parts.map(([hue, share]) => el("span", { class: hue, style: { "--share": share } }));
  return el("div", { class: "stack", "aria-hidden": "true" }, pieces);
}

function talkShares(call, { speakers }) {
  const parts = speakers.map((entry) => [personOf(call, entry.speaker).hue, entry.shareOfTalk]);
  return speakers.length ? [stack(parts), perSpeaker(call, (entry) => entry.shareOfTalk, percent)] : [];
}

function callShares(call, { speakers }) {
  const parts = speakers.map((entry) => [personOf(call, entry.speaker).hue, entry.shareOfCall]);
  const rest = Math.max(0, 1 - parts.reduce((sum, [, share]) => sum + share, 0));
  const bar = stack([...parts, ["rest", rest]]);
  return speakers.length ? [bar, perSpeaker(call, (entry) => entry.shareOfCall, percent)] : [];
}

function longestRuns(call) {
  return perSpeaker(call, (entry) => entry.longestRunMs, length);
}

function switches(call, { switches: count, switchesPerMin }) {
  if (call.speakers.length < 2) return [];
  return [
    bigValue(
      () => text("perMin", number(switchesPerMin, 1)),
      () => text("times", number(count)),
    ),
  ];
}

function patience(call, { patienceMs }) {
  if (patienceMs === undefined) return [];
  const dots = [["hue-agent", patienceMs]];
  return [
    bigValue(() => text("seconds", number(patienceMs / 1000, 2))),
    gaugeOf({ top: 2000, from: 600, to: 1000 }, dots),
  ];
}

function questions(call) {
  return perSpeaker(
    call,
    (entry) => entry.questions,
    (count, entry) => `${number(count)} (${text("perHour", number(entry.questionsPerHour))})`,
  );
}

function fillers(call) {
  const show = (rate) => text("perMin", number(rate, 1));
  return perSpeaker(call, (entry) => entry.fillersPerMin, show, { top: 15, from: 6, to: 9 });
}

function speeds(call, { paceGap }) {
  const words = perSpeaker(
    call,
    (entry) => entry.wordsPerMin,
    (rate) => text("wordsPerMin", number(rate)),
  );
  const chars = perSpeaker(
    call,
    (entry) => entry.charactersPerS,
    (rate) => text("charsPerS", number(rate, 1)),
    { top: 12, from: 6, to: 8 },
  );
  const gap =
    paceGap !== undefined &&
    el(
      "p",
      { class: "value" },
      el("span", {}, () => text("paceGap")),
      el("b", {}, () => percent(paceGap)),
    );
  return [...words, ...chars, gap].filter(Boolean);
}

function interruptions(call, { interruptions: found }) {
  const lines =
    call.speakers.length > 1
      ? perSpeaker(
          call,
          (entry) => entry.interruptionsMade,
          (count) => text("times", number(count)),
        )
      : [];
  return lines.length ? [...lines, places(found.map(({ atMs }) => atMs))] : [];
}

function listening(call) {
  return call.speakers.length > 1
    ? perSpeaker(
        call,
        (entry) => entry.backChannels,
        (count) => text("times", number(count)),
      )
    : [];
}

function overlap(call, { overlapMs, overlaps }) {
  if (call.speakers.length < 2) return [];
  return [
    bigValue(
      () => length(overlapMs),
      () => text("times", overlaps.length),
    ),
    places(overlaps.map((found) => found.startMs)),
  ];
}

function silence(call, { silenceMs, silences, durationMs }) {
  if (durationMs === 0) return [];
  const beside = () => `${percent(silenceMs / durationMs)} · ${text("times", silences.length)}`;
  return [bigValue(() => length(silenceMs), beside), places(silences.map((found) => found.startMs))];
}

// The first few places as buttons, the rest as a number.
function places(moments) {
  const shown = moments.slice(0, 3).map((ms) => timeButton(ms));
  const rest = moments.length - shown.length;
  return (
    moments.length > 0 &&
    el("p", { class: "places" }, shown, rest > 0 && el("span", {}, () => text("more", rest)))
  );
}
