/**
 * A card in a small frame: four long straight edges with the shape of a card between them.
 *
 * For each side the line is taken along which the brightness changes most, over offsets and slopes; print inside a card has
 * no line as long as its edge. It only guides the hand: the server finds the document anew in the picture itself.
 */
import type { Luma, Point } from "../frame.ts";

export interface Card {
  /** Clockwise from the upper left, in pixels of the frame. */
  readonly corners: readonly [Point, Point, Point, Point];
  readonly width: number;
  readonly height: number;
  /** Difference of opposite sides as a share of the longer: 0 is a card seen from straight above. */
  readonly slant: number;
}

interface Line {
  /** Position at the middle of the frame, and its change a pixel along. */
  readonly offset: number;
  readonly slope: number;
}

// An edge of a white card on a light table changes by about ten; a line counts as one where most of it does.
const LEAST_CHANGE = 10;
const LEAST_COVERED = 0.62;
// The middle of a side, where all sides of a card that fills a good part of the frame have something to show.
const FROM = 0.32;
const TO = 0.68;
const SLOPE_STEP = 0.04;
const FLAT_SLOPES = 5;
const TILTED_SLOPES = 12;
// ID-1 is 1.586 (ISO/IEC 7810), a passport's page 1.42; a tilted one is seen shorter or longer.
const FLAT_SHAPES: readonly [number, number] = [1.3, 1.85];
const TILTED_SHAPES: readonly [number, number] = [0.9, 3.6];

export function seeCard(frame: Luma, tilted = false): Card | null {
  const across = changes(frame, 1);
  const down = changes(frame, frame.width);
  const reach = tilted ? TILTED_SLOPES : FLAT_SLOPES;
  const columns = { length: frame.height, breadth: frame.width, along: frame.width, over: 1 };
  const rows = { length: frame.width, breadth: frame.height, along: 1, over: frame.width };
  const left = edge(across, columns, 0.02, 0.46, reach);
  const right = edge(across, columns, 0.54, 0.98, reach);
  const top = edge(down, rows, 0.02, 0.46, reach);
  const bottom = edge(down, rows, 0.54, 0.98, reach);
  if (left === null || right === null || top === null || bottom === null) return null;
  const corners = [
    crossing(frame, left, top),
    crossing(frame, right, top),
    crossing(frame, right, bottom),
    crossing(frame, left, bottom),
  ] as const;
  return measured(corners, tilted ? TILTED_SHAPES : FLAT_SHAPES);
}

function measured(corners: Card["corners"], shapes: readonly [number, number]): Card | null {
  const [a, b, c, d] = corners;
  const [top, right, bottom, left] = [apart(a, b), apart(b, c), apart(c, d), apart(d, a)];
  const width = (top + bottom) / 2;
  const height = (left + right) / 2;
  if (width < shapes[0] * height || width > shapes[1] * height) return null;
  const slant = Math.max(Math.abs(top - bottom) / Math.max(top, bottom), Math.abs(left - right) / Math.max(left, right));
  return { corners, width, height, slant };
}

/** Absolute change of brightness over two pixels along a step. */
function changes(frame: Luma, step: number): Uint8Array {
  const found = new Uint8Array(frame.data.length);
  for (let at = step; at < found.length - step; at++) found[at] = Math.abs(frame.data[at + step] - frame.data[at - step]);
  return found;
}

interface Axis {
  readonly length: number;
  readonly breadth: number;
  readonly along: number;
  readonly over: number;
}

function edge(change: Uint8Array, axis: Axis, from: number, to: number, reach: number): Line | null {
  let best: Line | null = null;
  let most = 0;
  const begin = Math.round(axis.length * FROM);
  const end = Math.round(axis.length * TO);
  for (let offset = Math.round(axis.breadth * from); offset < axis.breadth * to; offset++) {
    for (let steps = -reach; steps <= reach; steps++) {
      const slope = steps * SLOPE_STEP;
      let covered = 0;
      let strength = 0;
      for (let place = begin; place < end; place++) {
        const across = Math.round(offset + slope * (place - axis.length / 2));
        if (across < 1 || across >= axis.breadth - 1) continue;
        const value = change[place * axis.along + across * axis.over];
        if (value >= LEAST_CHANGE) covered++;
        strength += Math.min(value, 60);
      }
      const share = covered / (end - begin);
      const score = share * strength;
      if (share >= LEAST_COVERED && score > most) {
        most = score;
        best = { offset, slope };
      }
    }
  }
  return best;
}

/** Where an upright line and a level one meet. */
function crossing(frame: Luma, upright: Line, level: Line): Point {
  const [middleX, middleY] = [frame.width / 2, frame.height / 2];
  // x = a + s (y - my);  y = b + t (x - mx)
  const y =
    (level.offset + level.slope * (upright.offset - upright.slope * middleY - middleX)) / (1 - level.slope * upright.slope);
  return { x: upright.offset + upright.slope * (y - middleY), y };
}

function apart(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

/** The card drawn flat on a small grid: by it a card is known again. */
export function flattened(frame: Luma, card: Card, width = 24, height = 15): Luma {
  const [a, b, c, d] = card.corners;
  const data = new Uint8Array(width * height);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      let sum = 0;
      for (let part = 0; part < 9; part++) {
        const [u, v] = [(column + (part % 3) / 3 + 1 / 6) / width, (row + Math.floor(part / 3) / 3 + 1 / 6) / height];
        const x = (1 - v) * ((1 - u) * a.x + u * b.x) + v * ((1 - u) * d.x + u * c.x);
        const y = (1 - v) * ((1 - u) * a.y + u * b.y) + v * ((1 - u) * d.y + u * c.y);
        sum += frame.data[clamp(y, frame.height) * frame.width + clamp(x, frame.width)];
      }
      data[row * width + column] = sum / 9;
    }
  }
  return { data, width, height };
}

function clamp(value: number, size: number): number {
  return Math.max(0, Math.min(size - 1, Math.round(value)));
}

/** How alike two flat cards are, −1 to 1 (normalised correlation: light and exposure cancel out). */
export function alike(one: Luma, other: Luma): number {
  const [m, n] = [average(one.data), average(other.data)];
  let [both, first, second] = [0, 0, 0];
  for (let at = 0; at < one.data.length; at++) {
    const [p, q] = [one.data[at] - m, other.data[at] - n];
    both += p * q;
    first += p * p;
    second += q * q;
  }
  return first === 0 || second === 0 ? 0 : both / Math.sqrt(first * second);
}

function average(values: Uint8Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}

/** Share of a flat card that is blown out while the rest is not: a lamp's reflection. */
export function glare(flat: Luma): number {
  let blown = 0;
  for (const value of flat.data) if (value >= 252) blown++;
  const share = blown / flat.data.length;
  return share > 0.5 ? 0 : share;
}
