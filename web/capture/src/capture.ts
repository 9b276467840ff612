/**
 * The walk through all pictures: what the server asks for, one step after the other, until nothing is left.
 *
 * Nothing is decided here. The order, the poses, the time and the judgement are the server's; after a reload it says what is
 * left, and the walk goes on there.
 */
import { Camera, CameraProblem } from "./camera.ts";
import { Emitter, type Problem, type SkipReason, type Step } from "./events.ts";
import { meanOf } from "./frame.ts";
import { CardGuide, type FlatCard } from "./guiding/card.ts";
import { FaceGuide } from "./guiding/face.ts";
import type { Hint, Told } from "./hints.ts";
import { findFaces, SIDE, type Turn } from "./seeing/face.ts";
import { Network } from "./seeing/tflite.ts";
import { Voice } from "./voice.ts";
import { type Button, View } from "./view.ts";
import { type Challenge, type Receipt, type Transport, WireProblem } from "./wire.ts";
import { type Word, type Words, words } from "./words.ts";

export interface Options {
  /** BCP 47; chooses the voice, and the words where none are brought. */
  readonly language?: string;
  readonly words?: Words;
  /** What the page shows where the capture cannot go on. */
  readonly panels?: (problem: Problem) => Node | null;
  /** Where the face finder's file lies; without it the shutter counts down. */
  readonly faceFinder?: string;
}

/** Guidance looks this often at most; a slow phone looks as often as it can. */
const BETWEEN_LOOKS_MS = 66;
const COUNTDOWN_MS = 3500;
/** After so long without a reading of the head the shutter counts down. */
const PATIENCE_MS = 25_000;
/** Time to read the first sentence before the shutter may go. */
const SETTLE_MS = 900;
/** A head that turns at once is not kept waiting. */
const SETTLE_FACE_MS = 350;
const STEADY_MS = 350;

const FACE: Step = { name: "face", pose: null };

/** By what a step can be let go, and the words of the button; a front cannot. */
function letGo(step: Step, isTurning: boolean): readonly [SkipReason, Word] | null {
  if (step.name === "back") return ["no_back", "decline_back"];
  if (step.name === "tilt") return ["cannot_tilt", "decline_tilt"];
  if (step.name === "front") return null;
  return isTurning ? ["head_turn_declined", "decline_turn"] : ["face_declined", "decline_face"];
}

class Stopped extends Error {}

export class Capture extends Emitter {
  private readonly view: View;
  private readonly voice: Voice;
  private readonly camera: Camera;
  private readonly words: Words;
  private readonly faceFinder: string;
  private network: Promise<Network | null> | null = null;
  private flat: FlatCard | null = null;
  private straight: Turn | null = null;
  private began = 0;
  private challengedAt = 0;
  private isStopped = false;
  private isReady = false;
  private coming: Hint | null = null;
  private comingSince = 0;
  private shown: Hint | null = null;

  constructor(
    root: HTMLElement,
    private readonly transport: Transport,
    options: Options = {},
  ) {
    super();
    const language = options.language ?? (document.documentElement.lang || "ja");
    this.words = options.words ?? words(language);
    this.faceFinder = options.faceFinder ?? "";
    this.view = new View(root, this.words, options.panels ?? (() => null));
    this.voice = new Voice(this.view.live, language);
    this.camera = new Camera(this.view.video);
  }

  /** Speak the guidance; call it from a press, as browsers want. */
  speak(on: boolean): void {
    this.voice.isOn = on;
    if (!on) this.voice.hush();
  }

  /** Resolves when everything is handed in, or after ``stop``. Problems are shown with a way to try again. */
  async start(): Promise<void> {
    this.began = performance.now();
    while (!this.isStopped) {
      try {
        const next = await this.walk();
        this.end();
        this.emit("finished", { next });
        return;
      } catch (error) {
        if (error instanceof Stopped) break;
        await this.explain(problemOf(error));
      }
    }
    this.end();
  }

  stop(): void {
    this.isStopped = true;
    this.end();
  }

  /** What the page shows while the line is weak. */
  waiting(isOffline: boolean): void {
    this.tell(isOffline ? "offline" : "retrying", true);
  }

  private async walk(): Promise<string> {
    for (;;) {
      this.view.show("opening", null, []);
      this.tell("opening");
      const challenge = await this.transport.challenge();
      this.challengedAt = performance.now();
      if (challenge.steps.length === 0) return this.transport.finish();
      try {
        await this.steps(challenge);
      } catch (error) {
        // Too late, or an answer of the server got lost: it knows what is left.
        if (!(error instanceof WireProblem) || error.problem !== "expired") throw error;
      }
    }
  }

  private async steps(challenge: Challenge): Promise<void> {
    const isTurning = challenge.steps.some((step) => step.pose !== null && step.pose !== "front");
    for (const [index, step] of challenge.steps.entries()) {
      if (this.isStopped) throw new Stopped();
      this.emit("step", { step, number: index + 1, of: challenge.steps.length });
      if (index > 0 && step.name !== "face") await this.between(step, step.name === "back" ? "turn_over" : "tilt_next");
      const left = await this.take(challenge, step, letGo(step, isTurning));
      if (left === null) return;
      // The face's time begins when it is asked for: not before the customer is ready.
      const isLast = index === challenge.steps.length - 1;
      if (isLast && step.name !== "face" && left.includes("face")) await this.between(FACE, "face_next");
    }
  }

  /** A card takes a moment to turn; nothing is shot meanwhile. */
  private async between(step: Step, word: Word): Promise<void> {
    this.view.show("between", step.name, ["next"]);
    this.tell("taken");
    this.view.list([this.words(word).shown]);
    this.view.focus();
    this.voice.say(this.words(word).spoken, true);
    await this.pressed();
  }

  /** Until the server has the picture: what is left in all; null where it was declined. */
  private async take(challenge: Challenge, step: Step, way: ReturnType<typeof letGo>): Promise<readonly string[] | null> {
    if (way !== null) this.view.offer(way[1]);
    for (;;) {
      await this.open(step);
      const byHand = await this.aim(step, way === null ? ["shoot"] : ["shoot", "decline"]);
      if (byHand === null) {
        await this.transport.skip(step, way![0]);
        return null;
      }
      const takenAt = performance.now() - this.challengedAt;
      this.view.freeze();
      const picture = await this.camera.shoot();
      this.voice.buzz();
      this.emit("shot", { step, bytes: picture.size, byHand });
      const receipt = await this.send(challenge, step, picture, takenAt);
      if (receipt.accepted) {
        this.emit("taken", { step });
        return receipt.left;
      }
      await this.again(step, receipt);
    }
  }

  private async open(step: Step): Promise<void> {
    this.view.show("opening", step.name, []);
    this.tell("opening");
    if (step.name === "face") await this.finder();
    await this.camera.open(step.name === "face" ? "user" : "environment");
    while (!this.camera.hasFrame) await this.soon();
    this.view.fit(step.name);
    if (!this.isReady) {
      this.isReady = true;
      this.emit("ready", { milliseconds: performance.now() - this.began });
    }
  }

  private async send(challenge: Challenge, step: Step, picture: Blob, takenAt: number): Promise<Receipt> {
    this.view.show("sending", step.name, []);
    this.view.share(0);
    this.tell("sending");
    return this.transport.send(challenge.nonce, step, picture, takenAt, (share) => {
      this.view.share(share);
      this.emit("sending", { step, share });
    });
  }

  private async again(step: Step, receipt: Receipt): Promise<void> {
    this.emit("again", { step, reasons: receipt.reasons });
    this.view.show("between", step.name, ["retake"]);
    this.tell("again");
    this.view.list(receipt.reasons);
    this.view.focus();
    this.voice.say([this.words("again").spoken, ...receipt.reasons].join(" "), true);
    await this.pressed();
  }

  /** True when the button was pressed, false when the shutter went by itself, null when the step was declined. */
  private async aim(step: Step, buttons: readonly Button[]): Promise<boolean | null> {
    this.view.show("guiding", step.name, buttons);
    this.view.draw(null, false);
    this.coming = this.shown = null;
    this.view.tell(step.pose === null ? `title_${step.name}` : `pose_${step.pose}`);
    let press: Button | null = null;
    void this.view.press().then((button) => (press = button));
    this.voice.say(this.words(step.pose === null ? `title_${step.name}` : `pose_${step.pose}`).spoken, true);
    const look = step.name === "face" ? await this.facing(step) : this.carding(step);
    const since = performance.now();
    let looks = 0;
    let counted = since;
    const settle = step.name === "face" ? SETTLE_FACE_MS : SETTLE_MS;
    for (;;) {
      if (this.isStopped) throw new Stopped();
      if (press !== null) return press === "decline" ? null : true;
      if (!this.camera.isLive()) throw new CameraProblem("busy");
      const at = performance.now();
      const told = look();
      looks++;
      this.follow(step, told);
      if (told.shoot && at - since > settle) return false;
      if (at - counted >= 1000) {
        this.emit("guidance", { step, framesPerSecond: (looks * 1000) / (at - counted) });
        looks = 0;
        counted = at;
      }
      await this.soon(Math.max(0, BETWEEN_LOOKS_MS - (performance.now() - at)));
    }
  }

  private follow(step: Step, told: Told): void {
    this.view.draw(told.outline, told.hint === "hold");
    const now = performance.now();
    if (told.hint !== this.coming) {
      this.coming = told.hint;
      this.comingSince = now;
    }
    // A sentence that changes with every frame helps nobody: it has to hold for a moment.
    if (told.hint === this.shown || now - this.comingSince < STEADY_MS) return;
    this.shown = told.hint;
    this.tell(told.hint === "pose" ? `pose_${step.pose ?? "front"}` : told.hint);
    this.emit("hint", { step, hint: told.hint });
  }

  private carding(step: Step): () => Told {
    const guide = new CardGuide(step.name, this.flat);
    return () => {
      const told = guide.look(this.camera.small(), () => this.camera.detail());
      if (told.shoot && step.name === "front") this.flat = guide.seen;
      return told;
    };
  }

  private async facing(step: Step): Promise<() => Told> {
    const network = await this.finder();
    const began = performance.now();
    if (network === null) return () => countdown(began);
    const pose = step.pose ?? "front";
    let guide = new FaceGuide(this.straight === null ? "front" : pose, this.straight);
    let isStraight = this.straight === null && pose !== "front";
    return () => {
      if (performance.now() - began > PATIENCE_MS) return countdown(began + PATIENCE_MS);
      const told = guide.look(findFaces(network, this.camera.square(SIDE)), meanOf(this.camera.small()));
      if (!told.shoot) return told;
      if (guide.turn !== null) this.straight = guide.turn;
      if (!isStraight) return told;
      // The straight look that poses are read against; it is no picture that was asked for.
      isStraight = false;
      guide = new FaceGuide(pose, this.straight);
      return { ...told, hint: "pose", shoot: false };
    };
  }

  /** The face finder, fetched when the first face is asked for; null where it cannot be had. */
  private finder(): Promise<Network | null> {
    this.network ??= load(this.faceFinder);
    return this.network;
  }

  private async explain(problem: Problem): Promise<void> {
    this.camera.close();
    this.emit("problem", { problem });
    this.view.show("problem", null, problem === "unsupported" || problem === "closed" ? [] : ["retry"]);
    this.view.explain(problem);
    this.voice.say(this.words("problem").spoken, true);
    await this.pressed();
  }

  private async pressed(): Promise<Button> {
    const button = await this.view.press();
    if (this.isStopped) throw new Stopped();
    return button;
  }

  private tell(word: Word, urgent = false): void {
    this.view.tell(word);
    this.voice.say(this.words(word).spoken, urgent);
  }

  private soon(milliseconds = 30): Promise<void> {
    if (this.isStopped) throw new Stopped();
    return new Promise((resolve) => setTimeout(resolve, milliseconds));
  }

  private end(): void {
    this.camera.close();
    this.voice.hush();
  }
}

function countdown(began: number): Told {
  return { hint: "countdown", shoot: performance.now() - began > COUNTDOWN_MS, outline: null };
}

async function load(address: string): Promise<Network | null> {
  if (!address) return null;
  try {
    const answer = await fetch(address);
    return answer.ok ? new Network(await answer.arrayBuffer()) : null;
  } catch {
    return null; // an old phone, or a line that broke: the shutter counts down instead
  }
}

function problemOf(error: unknown): Problem {
  if (error instanceof CameraProblem || error instanceof WireProblem) return error.problem;
  console.error(error);
  return "server";
}
