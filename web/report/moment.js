// The selected moment. Lanes, transcript and address follow it, and so would a player: it would listen to
// `kaiwa:moment` to seek, and call `selectMoment(ms, { origin: "player" })` while it plays.

const moment = { ms: undefined, turn: undefined };

/** Selects a moment of the call and tells everyone who shows it. */
function selectMoment(call, ms, { turn, origin } = {}) {
  moment.ms = Math.round(Math.min(Math.max(ms, 0), call.durationMs));
  moment.turn = turn ?? turnAt(call, moment.ms);
  document.dispatchEvent(new CustomEvent("kaiwa:moment", { detail: { ...moment, origin } }));
}

/** Calls `show` with `{ms, turn, origin}` whenever a moment is selected. */
function onMoment(show) {
  document.addEventListener("kaiwa:moment", (event) => show(event.detail));
}

/** Makes every element with `data-ms` select its moment, and the address carry it: `#t=12345`. */
function followMoments(call) {
  document.addEventListener("click", (event) => {
    const target = event.target.closest?.("[data-ms]");
    if (target && !isSelectingText()) selectMoment(call, Number(target.dataset.ms), fromElement(target));
  });
  onMoment(({ ms, origin }) => {
    if (origin !== "address") history.replaceState(null, "", `#t=${ms}`);
  });
  addEventListener("hashchange", () => selectFromAddress(call));
  selectFromAddress(call);
}

function fromElement(target) {
  const turn = target.dataset.turn;
  const origin = target.closest("#transcript") ? "transcript" : "mark";
  return { turn: turn === undefined ? undefined : Number(turn), origin };
}

// Dragging over words to copy them must not jump.
function isSelectingText() {
  return getSelection()?.isCollapsed === false;
}

function selectFromAddress(call) {
  const found = /^#t=(\d{1,12})$/.exec(location.hash);
  if (found) selectMoment(call, Number(found[1]), { origin: "address" });
}
