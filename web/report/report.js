// Puts the page together. Where nothing was said, what depends on words is left out rather than shown empty.

const BASES = {
  participant: "basisParticipant",
  channel: "basisChannel",
  diarization: "basisDiarization",
  mono: "basisMono",
};
const PARTS = ["timeline", "summary", "metrics", "moments", "trackers", "transcript", "about"];
const WORDY = ["summary", "moments", "trackers"];

function header(call) {
  const facts = [
    fact("received", received(call)),
    fact("duration", () => clock(call.durationMs)),
    fact("spoken", () => text(call.language ?? "noLanguage")),
    fact("basis", () => text(BASES[call.basis])),
    fact("callId", el("code", {}, call.callId)),
  ];
  return [
    brand(),
    el("h1", {}, () => text("report")),
    languages(),
    el("dl", { class: "facts" }, facts),
    navigation(call),
  ];
}

function brand() {
  return el("p", { class: "brand" }, el("span", { lang: "ja" }, "会話"), " Kaiwa");
}

function fact(name, value) {
  return el(
    "div",
    {},
    el("dt", {}, () => text(name)),
    el("dd", {}, value),
  );
}

function received(call) {
  const at = new Date(call.receivedAt);
  const shape = { dateStyle: "medium", timeStyle: "short" };
  return el("time", { datetime: call.receivedAt }, () => at.toLocaleString(page.language, shape));
}

function languages() {
  const group = el("div", { class: "languages", role: "group" }, Object.keys(TEXTS).map(languageButton));
  return label(group, "aria-label", () => text("switchLanguage"));
}

function languageButton(language) {
  const button = el(
    "button",
    { type: "button", lang: language, "data-language": language },
    TEXTS[language].language,
  );
  button.addEventListener("click", () => speakIn(language));
  return label(button, "aria-pressed", () => String(page.language === language));
}

function navigation(call) {
  const links = PARTS.filter((name) => call.turns.length || !WORDY.includes(name)).map((name) =>
    el("a", { href: `#${name}` }, () => text(name)),
  );
  return label(el("nav", {}, links), "aria-label", () => text("parts"));
}

function caution(call) {
  const words = call.model.caution;
  return (
    words &&
    el(
      "aside",
      { class: "caution", role: "note", id: "caution" },
      el("strong", {}, () => text("caution")),
      el("p", { dir: "auto" }, () => sentence(words)),
      el("p", { class: "small" }, () => text("cautionMore")),
    )
  );
}

function about(call) {
  const methods = [
    fact("methodTranscript", el("code", {}, call.model.id)),
    fact("methodSpeakers", () => text(BASES[call.basis])),
    fact("trackers", el("code", {}, call.trackers.method)),
    fact("sentiment", el("code", {}, call.sentiment.method)),
    fact("moments", el("code", {}, call.highlights.method)),
    fact(
      "recordings",
      el(
        "ul",
        {},
        call.recordings.map((recording) => el("li", {}, recording.format)),
      ),
    ),
    fact("version", el("code", {}, call.version)),
  ];
  return section(
    "about",
    () => text("about"),
    el("h3", {}, () => text("methods")),
    el("dl", { class: "facts" }, methods),
    el("h3", {}, () => text("skipped")),
    skippedList(call),
  );
}

function skippedList(call) {
  const reasons = Map.groupBy(call.skipped, (skipped) => skipped.reason);
  const lines = [...reasons].map(([reason, skipped]) =>
    el(
      "div",
      {},
      skipped.map(({ analysis }) => el("dt", {}, el("code", {}, analysis))),
      el("dd", { dir: "auto" }, () => sentence(reason)),
    ),
  );
  return lines.length ? el("dl", { class: "skipped" }, lines) : quiet("skippedNone");
}

function content(call) {
  const gist = () => el("div", { class: "pair" }, summary(call), nextSteps(call));
  const found = () => el("div", { class: "rail" }, moments(call), trackers(call), sentiment(call));
  const parts = call.turns.length
    ? [gist(), metrics(call), found(), transcript(call)]
    : [transcript(call), metrics(call)];
  return [caution(call), timeline(call), ...parts, about(call)];
}

function footer() {
  return [el("p", {}, () => text("employment")), el("p", { class: "small" }, () => text("offline"))];
}

// The lanes stay on screen above the transcript; what scrolls beside them needs to know their height.
function measureLanes() {
  const lanes = document.getElementById("timeline");
  const tell = () => document.documentElement.style.setProperty("--lanes-height", `${lanes.offsetHeight}px`);
  new ResizeObserver(tell).observe(lanes);
}

function show(call) {
  page.language = call.language in TEXTS ? call.language : "en";
  document.getElementById("top").append(...header(call));
  append(document.getElementById("skip"), () => text("skip"));
  content(call).forEach((part) => append(document.getElementById("main"), part));
  document.getElementById("foot").append(...footer());
  document.body.classList.toggle("few-lanes", call.turns.length > 0 && call.speakers.length <= 3);
  document.body.classList.toggle("long", isLong(call));
  document.body.classList.toggle("wordless", call.turns.length === 0);
  page.spoken.push(() => {
    document.title = `${text("report")} ${call.callId}`;
  });
  speakIn(page.language);
  measureLanes();
  followMoments(call);
}

function complain() {
  document
    .getElementById("main")
    .append(...Object.values(TEXTS).map(({ broken }) => el("p", { class: "notice" }, broken)));
}

// A page that cannot be drawn says so instead of staying empty.
try {
  show(readCall());
} catch (error) {
  complain();
  console.error(error);
}
