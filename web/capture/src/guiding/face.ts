/** Guidance for the face: standing right in the oval, then each pose against the person's own straight look. */
import type { Told } from "../hints.ts";
import { type Face, type Turn, turnOf } from "../seeing/face.ts";

export type Pose = "front" | "left" | "right" | "up" | "down";

const DARK = 50;
const LEAST_WIDTH = 0.24;
const MOST_WIDTH = 0.62;
const OFF_CENTRE = 0.17;
const DRIFT = 0.015;
const FRONT_FRAMES = 3;
// Measured on drawn heads: of the eyes' distance about 0.016 a degree aside, of the way from the eyes to the mouth 0.009 a
// degree up and 0.006 down. Straight is within six degrees, a turn is one of eighteen, a nod one of fifteen.
const STRAIGHT = 0.1;
const ASIDE = 0.28;
const UP = 0.13;
const DOWN = 0.09;
const POSE_FRAMES = 2;

export class FaceGuide {
  private before: Face | null = null;
  private held = 0;

  constructor(
    private readonly pose: Pose,
    /** The straight look that was taken first; null while that is what is taken. */
    private readonly straight: Turn | null,
  ) {}

  /** Set when the shutter went on the straight look. */
  turn: Turn | null = null;

  /** ``shape`` is the frame's width by its height: faces come in shares of a square with that frame in its middle. */
  look(faces: readonly Face[], brightness: number): Told {
    const [face] = faces;
    const hint = this.judge(faces, brightness);
    const drift = face && this.before ? Math.hypot(face.x - this.before.x, face.y - this.before.y) : 1;
    const isRight = hint === "hold" && (this.pose !== "front" || drift < DRIFT);
    this.held = isRight ? this.held + 1 : 0;
    this.before = face ?? null;
    if (face && this.pose === "front") this.turn = turnOf(face);
    return { hint, shoot: this.held >= (this.pose === "front" ? FRONT_FRAMES : POSE_FRAMES), outline: null };
  }

  private judge(faces: readonly Face[], brightness: number): Told["hint"] {
    if (brightness < DARK) return "dark";
    if (faces.length === 0) return this.pose === "front" ? "look_for_face" : "pose";
    if (faces.length > 1) return "alone";
    const [face] = faces;
    if (face.width < LEAST_WIDTH) return "face_closer";
    if (face.width > MOST_WIDTH) return "face_further";
    const [x, y] = [face.x + face.width / 2 - 0.5, face.y + face.height / 2 - 0.5];
    if (this.pose === "front" && Math.max(Math.abs(x), Math.abs(y)) > OFF_CENTRE) return "centre";
    return this.isReached(turnOf(face)) ? "hold" : "pose";
  }

  private isReached(turn: Turn): boolean {
    if (this.pose === "front") return Math.abs(turn.aside) < STRAIGHT;
    const aside = turn.aside - (this.straight?.aside ?? 0);
    const down = turn.down - (this.straight?.down ?? 0.55);
    if (this.pose === "left") return aside > ASIDE;
    if (this.pose === "right") return aside < -ASIDE;
    return this.pose === "up" ? down < -UP : down > DOWN;
  }
}
