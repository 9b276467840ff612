/** Guidance for one picture of a card, frame by frame; the shutter goes after a short while of standing still. */
import { type Luma, meanOf, motion, type Point, sharpness } from "../frame.ts";
import type { DocumentHint, StepName, Told } from "../hints.ts";
import { alike, type Card, flattened, glare, seeCard } from "../seeing/card.ts";

// Measured on drawn scenes; the server's own gates decide, so these only need to spare a second try.
const DARK = 55;
const LEAST_WIDTH = 0.5;
const EDGE = 0.025;
const FLAT_SLANT = 0.14;
const GLARE = 0.02;
const BLURRED = 14;
const STILL = 5;
const DRIFT = 0.02;
// Of two pictures of one side the greater part is alike, also tilted; of two sides hardly anything is.
const SAME_SIDE = 0.8;
const OTHER_SIDE = 0.4;
const FRAMES_STILL = 4;
// A tilt is made in the air: it is good when it is seen at all, sharp, for a few looks.
const TILT_STILL = 14;
const TILT_DRIFT = 0.06;
const FRAMES_TILTED = 3;
// A card of 1.586 that is turned by 20° or more about an axis is seen this much narrower or flatter, or slanted.
const TILT_SHAPE = 0.14;
const TILT_SLANT = 0.12;

export interface FlatCard {
  readonly face: Luma;
  readonly shape: number;
}

export class CardGuide {
  /** The card as it stood when its shutter went; the next step knows it again by this. */
  seen: FlatCard | null = null;
  private before: Luma | null = null;
  private corners: readonly Point[] | null = null;
  private still = 0;

  constructor(
    private readonly step: StepName,
    private readonly earlier: FlatCard | null,
  ) {}

  /** ``detail`` is a piece of the card's middle in full resolution, made when the card is there. */
  look(frame: Luma, detail: () => Luma | null): Told {
    const card = seeCard(frame, this.step === "tilt");
    const hint = this.judge(frame, card, detail);
    const [still, drift] = this.step === "tilt" ? [TILT_STILL, TILT_DRIFT] : [STILL, DRIFT];
    const moved = motion(this.before, frame) > still || this.drift(card, frame) > drift;
    this.before = frame;
    this.corners = card?.corners ?? null;
    this.still = hint === "hold" && !moved ? this.still + 1 : 0;
    const outline = card?.corners.map(({ x, y }) => ({ x: x / frame.width, y: y / frame.height })) ?? null;
    return { hint, shoot: this.still >= (this.step === "tilt" ? FRAMES_TILTED : FRAMES_STILL), outline };
  }

  private judge(frame: Luma, card: Card | null, detail: () => Luma | null): DocumentHint {
    if (meanOf(frame) < DARK) return "dark";
    if (card === null) return "look_for_card";
    if (touches(card, frame)) return "further";
    if (Math.max(card.width, 1.2 * card.height) < LEAST_WIDTH * frame.width) return "closer";
    const face = flattened(frame, card);
    this.seen = { face, shape: card.width / card.height };
    const side = this.step === "tilt" ? this.tiltHint(card, face) : this.flatHint(card, face);
    if (side !== null) return side;
    if (glare(face) > GLARE) return "glare";
    const close = detail();
    return close !== null && sharpness(close) < BLURRED ? "blurred" : "hold";
  }

  private flatHint(card: Card, face: Luma): DocumentHint | null {
    if (card.slant > FLAT_SLANT) return "flat";
    return this.step === "back" && this.earlier !== null && alike(face, this.earlier.face) > SAME_SIDE ? "turn_over" : null;
  }

  private tiltHint(card: Card, face: Luma): DocumentHint | null {
    if (this.earlier !== null && alike(face, this.earlier.face) < OTHER_SIDE) return "turn_front";
    const shape = this.earlier?.shape ?? 1.586;
    const turned = Math.abs(card.width / card.height / shape - 1) > TILT_SHAPE || card.slant > TILT_SLANT;
    return turned ? null : "tilt_more";
  }

  private drift(card: Card | null, frame: Luma): number {
    if (card === null || this.corners === null) return 1;
    const moved = card.corners.map(({ x, y }, index) => Math.hypot(x - this.corners![index].x, y - this.corners![index].y));
    return Math.max(...moved) / frame.width;
  }
}

function touches(card: Card, frame: Luma): boolean {
  const [across, down] = [EDGE * frame.width, EDGE * frame.height];
  return card.corners.some(({ x, y }) => x < across || y < down || x > frame.width - across || y > frame.height - down);
}
