/** What a capture tells whoever placed it on a page. */
import type { Hint, StepName } from "./hints.ts";
import type { Pose } from "./guiding/face.ts";

/** Why a picture is not made; each leads to a person, without blame. */
export type SkipReason = "head_turn_declined" | "face_declined" | "cannot_tilt" | "no_back";

export interface Step {
  readonly name: StepName;
  /** Only of a face step. */
  readonly pose: Pose | null;
}

/** Why a capture cannot go on by itself; each has a way on (see README). */
export type Problem =
  | "unsupported" | "insecure" | "no_camera" | "refused" | "busy" | "offline" | "expired" | "closed" | "too_many" | "server";

export interface CaptureEvents {
  /** The camera shows its first frame that guidance can use; milliseconds since ``start``. */
  ready: { readonly milliseconds: number };
  /** A step begins. */
  step: { readonly step: Step; readonly number: number; readonly of: number };
  /** Guidance says something new. */
  hint: { readonly step: Step; readonly hint: Hint };
  /** Once a second: how often guidance looked. */
  guidance: { readonly step: Step; readonly framesPerSecond: number };
  /** The shutter went. */
  shot: { readonly step: Step; readonly bytes: number; readonly byHand: boolean };
  /** A share of the shot's way, 0 to 1. */
  sending: { readonly step: Step; readonly share: number };
  /** The server took the shot. */
  taken: { readonly step: Step };
  /** The server asks for the shot again; its words for a person. */
  again: { readonly step: Step; readonly reasons: readonly string[] };
  problem: { readonly problem: Problem };
  /** Everything is handed in; where the server leads. */
  finished: { readonly next: string };
}

export type Listener<Name extends keyof CaptureEvents> = (told: CaptureEvents[Name]) => void;

export class Emitter {
  private readonly listeners = new Map<keyof CaptureEvents, Set<Listener<never>>>();

  /** Returns what ends the listening. */
  on<Name extends keyof CaptureEvents>(name: Name, listener: Listener<Name>): () => void {
    const all = this.listeners.get(name) ?? new Set();
    this.listeners.set(name, all);
    all.add(listener as Listener<never>);
    return () => all.delete(listener as Listener<never>);
  }

  protected emit<Name extends keyof CaptureEvents>(name: Name, told: CaptureEvents[Name]): void {
    for (const listener of this.listeners.get(name) ?? []) (listener as Listener<Name>)(told);
  }
}
