/** Guidance for those who do not look: a live region always, a voice where it is switched on, a buzz where there is one. */

const BETWEEN_MS = 2500;

export class Voice {
  isOn = false;
  private last = "";
  private lastAt = -Infinity;

  constructor(
    private readonly region: HTMLElement,
    private readonly language: string,
  ) {}

  static get isThere(): boolean {
    return typeof window.speechSynthesis === "object" && typeof window.SpeechSynthesisUtterance === "function";
  }

  /** Says it unless it was said just now; guidance changes often, and a listener needs the time of a sentence. */
  say(words: string, urgent = false): void {
    const now = performance.now();
    if (!urgent && (words === this.last || now - this.lastAt < BETWEEN_MS)) return;
    this.last = words;
    this.lastAt = now;
    this.region.textContent = words;
    if (!this.isOn || !Voice.isThere) return;
    speechSynthesis.cancel();
    const spoken = new SpeechSynthesisUtterance(words);
    spoken.lang = this.language;
    speechSynthesis.speak(spoken);
  }

  buzz(): void {
    if (typeof navigator.vibrate === "function") navigator.vibrate(60);
  }

  hush(): void {
    if (Voice.isThere) speechSynthesis.cancel();
  }
}
