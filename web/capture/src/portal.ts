/** The portal's page: reads addresses and words from the page, which the server wrote in the customer's language. */
import { missing } from "./camera.ts";
import { Capture } from "./capture.ts";
import type { Problem } from "./events.ts";
import { HttpTransport } from "./wire.ts";
import { type Said, type Word, words } from "./words.ts";

const root = document.querySelector<HTMLElement>("[data-capture]");
if (root !== null) begin(root);

function begin(place: HTMLElement): void {
  const start = document.querySelector<HTMLElement>("[data-capture-start]");
  const said = document.querySelector<HTMLTemplateElement>("template[data-capture-words]");
  const told = place.dataset;
  const waiting: { capture: Capture | null } = { capture: null };
  const transport = new HttpTransport(
    {
      challenge: told["challenge"] ?? "",
      shot: told["shot"] ?? "",
      skip: told["skip"] ?? "",
      finish: told["finish"] ?? "",
    },
    { "X-CSRFToken": told["token"] ?? "" },
    (isOffline) => waiting.capture?.waiting(isOffline),
  );
  const language = document.documentElement.lang || "ja";
  const capture = new Capture(place, transport, {
    language,
    words: (word) => fromPage(said, word) ?? words(language)(word),
    panels,
    faceFinder: told["faceFinder"] ?? "",
  });
  waiting.capture = capture;
  capture.on("finished", ({ next }) => location.assign(next));
  record(capture);
  if (start) start.hidden = false; // hidden where no script runs: a button that does nothing helps nobody
  const button = start?.querySelector<HTMLButtonElement>("button[data-open]");
  const voice = start?.querySelector<HTMLInputElement>("input[data-voice]");
  button?.addEventListener("click", () => {
    start!.hidden = true;
    place.hidden = false;
    capture.speak(voice?.checked ?? false);
    void capture.start();
  });
  const lacking = missing();
  if (lacking !== null && start) {
    start.hidden = true;
    place.hidden = false;
    void capture.start(); // shows the way on
  }
}

function fromPage(said: HTMLTemplateElement | null, word: Word): Said | null {
  const found = said?.content.querySelector<HTMLElement>(`[data-word="${word}"]`);
  if (!found) return null;
  const shown = document.createDocumentFragment();
  shown.append(...Array.from(found.childNodes, (node) => node.cloneNode(true)));
  return { shown, spoken: found.dataset["spoken"] ?? found.textContent ?? "" };
}

function panels(problem: Problem): Node | null {
  const found = document.querySelector<HTMLTemplateElement>(`template[data-capture-problem~="${problem}"]`);
  return found ? found.content.cloneNode(true) : null;
}

/** What happened, for whoever measures: nothing but names and numbers, and only on this page. */
function record(capture: Capture): void {
  const log: unknown[] = [];
  (window as unknown as { keizokuCapture: unknown[] }).keizokuCapture = log;
  const keep = (name: string) => (told: object): void => {
    if (log.length < 500) log.push({ name, ...told });
  };
  for (const name of ["ready", "step", "guidance", "shot", "taken", "again", "problem"] as const) capture.on(name, keep(name));
}
