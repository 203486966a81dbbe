// The call as the page asks about it: people, turns and what lies at a moment.

/** Reads what Publish embedded. */
function readCall() {
  const { report, lanes, peakMs } = JSON.parse(document.getElementById("data").textContent);
  return { ...indexed(report, lanes), peakMs };
}

function indexed(report, lanes) {
  const people = new Map(report.speakers.map((speaker, at) => [speaker.id, person(report, speaker, at)]));
  const peaks = new Map(lanes.map((lane) => [lane.speaker, lane.peaks]));
  const spans = new Map(report.activity.map((activity) => [activity.speaker, activity.spans]));
  const feelings = new Map(report.sentiment.turns.map((feeling) => [feeling.turn, feeling]));
  return { ...report, people, peaks, spans, feelings, starts: report.turns.map((turn) => turn.startMs) };
}

// Colours follow the side first, so that the agent looks the same in every report.
function person(report, speaker, at) {
  const sameRole = report.speakers.filter((other) => other.role === speaker.role);
  const nth = sameRole.length > 1 ? ` ${sameRole.indexOf(speaker) + 1}` : "";
  return { ...speaker, hue: hueOf(report, speaker, at), name: () => text(speaker.role) + nth };
}

function hueOf(report, speaker, at) {
  const first = report.speakers.find((other) => other.role === speaker.role) === speaker;
  const sided = first && speaker.role !== "unknown";
  return sided ? `hue-${speaker.role}` : `hue-${(at % 6) + 1}`;
}

/** The person with this id; somebody unnamed for an id the report does not list. */
function personOf(call, id) {
  return call.people.get(id) ?? { id, role: "unknown", hue: "hue-1", name: () => text("unknown") };
}

/** A coloured dot and the name. */
function nameTag(someone) {
  return el("span", { class: `who ${someone.hue}` }, someone.name);
}

/** The turn that is heard at a moment: the last one begun. -1 before the first. */
function turnAt(call, ms) {
  let [low, high] = [0, call.starts.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (call.starts[middle] <= ms) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Where a moment lies on the time axis, 0 to 100. */
function place(call, ms) {
  return call.durationMs > 0 ? Math.min(100, (ms / call.durationMs) * 100) : 0;
}

/** Attributes of text that was said: its language for the right glyphs, its own direction. */
function said(call, attributes = {}) {
  return { lang: call.language ?? undefined, dir: "auto", ...attributes };
}

/** Why none of these metrics was measured; `undefined` when nothing says so. */
function skippedReason(call, names) {
  const wanted = ["metrics", ...names.map((name) => `metrics.${name}`)];
  return call.skipped.find((skipped) => wanted.includes(skipped.analysis))?.reason;
}
