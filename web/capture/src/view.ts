/** The capture's own piece of the page: picture, frame, one sentence, one button. Styles are the page's (capture.css). */
import type { Problem } from "./events.ts";
import type { Point } from "./frame.ts";
import type { StepName } from "./hints.ts";
import type { Word, Words } from "./words.ts";

export type Stage = "opening" | "guiding" | "sending" | "between" | "problem";
export type Button = "shoot" | "next" | "retake" | "retry" | "decline";

const SVG = "http://www.w3.org/2000/svg";

export class View {
  readonly video = document.createElement("video");
  readonly live = element("p", "capture-live");
  private readonly frame = element("div", "capture-frame");
  private readonly still = document.createElement("canvas");
  private readonly outline = document.createElementNS(SVG, "polygon");
  private readonly title = element("h2", "capture-title");
  private readonly hint = element("p", "capture-hint");
  private readonly progress = document.createElement("progress");
  private readonly panel = element("div", "capture-panel");
  private readonly buttons = new Map<Button, HTMLButtonElement>();
  private pressed: ((button: Button) => void) | null = null;

  constructor(
    private readonly root: HTMLElement,
    private readonly words: Words,
    private readonly panels: (problem: Problem) => Node | null,
  ) {
    root.classList.add("capture");
    this.live.setAttribute("aria-live", "assertive");
    this.title.tabIndex = -1;
    this.still.className = "capture-still";
    this.video.className = "capture-video";
    this.video.setAttribute("aria-hidden", "true");
    this.progress.max = 1;
    this.progress.setAttribute("aria-label", words("sending").spoken);
    this.frame.append(this.video, this.still, element("div", "capture-guide"), this.overlay());
    const actions = element("div", "capture-actions");
    actions.append(...(["shoot", "next", "retake", "retry", "decline"] as const).map((name) => this.button(name)));
    root.replaceChildren(this.title, this.frame, this.hint, this.progress, this.panel, actions, this.live);
  }

  /** One stage shows one thing; ``step`` shapes the frame. */
  show(stage: Stage, step: StepName | null, buttons: readonly Button[]): void {
    this.root.dataset["stage"] = stage;
    this.root.dataset["step"] = step ?? "";
    this.frame.hidden = stage === "problem" || stage === "between";
    this.hint.hidden = stage === "problem";
    this.progress.hidden = stage !== "sending";
    this.panel.hidden = stage !== "problem" && stage !== "between";
    this.still.hidden = stage !== "sending";
    this.title.hidden = step === null;
    if (step !== null) put(this.title, this.words(`title_${step}`).shown);
    for (const [name, button] of this.buttons) button.hidden = !buttons.includes(name);
  }

  /** What a step can be let go by; empty where it cannot. */
  offer(word: Word): void {
    put(this.buttons.get("decline")!, this.words(word).shown);
  }

  tell(word: Word): void {
    put(this.hint, this.words(word).shown);
  }

  /** A panel of the page's own, or a plain sentence. */
  explain(problem: Problem): void {
    put(this.panel, this.panels(problem) ?? this.words("problem").shown);
    this.focus();
  }

  /** Sentences of the server, why a picture is asked for again; or what the next step wants. */
  list(sentences: readonly (string | Node)[]): void {
    this.panel.replaceChildren(
      ...sentences.map((sentence) => {
        const paragraph = element("p", "");
        put(paragraph, sentence);
        return paragraph;
      }),
    );
  }

  /** A screen reader begins at what is new. */
  focus(): void {
    this.title.focus({ preventScroll: false });
  }

  draw(points: readonly Point[] | null, isGood: boolean): void {
    this.outline.setAttribute("points", (points ?? []).map(({ x, y }) => `${x * 100},${y * 100}`).join(" "));
    this.frame.classList.toggle("is-good", isGood);
  }

  /** The frame takes the shape of what the camera gives, so that nothing of it is hidden; a portrait stream is cut. */
  fit(step: StepName): void {
    const shape = this.video.videoWidth / Math.max(1, this.video.videoHeight);
    this.frame.style.aspectRatio = step === "face" ? "1" : String(Math.min(16 / 9, Math.max(4 / 3, shape)));
  }

  /** The picture that is being sent, instead of the moving one. */
  freeze(): void {
    const [width, height] = [this.video.videoWidth, this.video.videoHeight];
    const scale = Math.min(1, 480 / Math.max(width, 1));
    this.still.width = width * scale;
    this.still.height = height * scale;
    this.still.getContext("2d")?.drawImage(this.video, 0, 0, this.still.width, this.still.height);
  }

  share(done: number): void {
    this.progress.value = done;
  }

  /** The next press of a button that is shown. */
  press(): Promise<Button> {
    return new Promise((resolve) => {
      this.pressed = resolve;
    });
  }

  private button(name: Button): HTMLButtonElement {
    const button = document.createElement("button");
    button.type = "button";
    button.className = name === "decline" ? "button button-secondary" : "button";
    button.dataset["do"] = name;
    if (name !== "decline") put(button, this.words(name).shown);
    button.addEventListener("click", () => this.pressed?.(name));
    this.buttons.set(name, button);
    return button;
  }

  private overlay(): SVGElement {
    const overlay = document.createElementNS(SVG, "svg");
    overlay.setAttribute("viewBox", "0 0 100 100");
    overlay.setAttribute("preserveAspectRatio", "none");
    overlay.setAttribute("class", "capture-overlay");
    overlay.setAttribute("aria-hidden", "true");
    this.outline.setAttribute("class", "capture-outline");
    overlay.append(this.outline);
    return overlay;
  }
}

function element(name: string, className: string): HTMLElement {
  const made = document.createElement(name);
  if (className) made.className = className;
  return made;
}

function put(into: HTMLElement, shown: string | Node): void {
  into.replaceChildren(typeof shown === "string" ? document.createTextNode(shown) : shown);
}
