/**
 * Faces in a small picture, by the short-range BlazeFace network: a box and six points each, from which the turn of the
 * head is read against the same person's own straight look. It only times the shutter: the server measures poses by itself.
 */
import type { Point } from "../frame.ts";
import type { Network } from "./tflite.ts";

export const SIDE = 128;

/** In shares of the picture. Right and left are the person's own. */
export interface Face {
  readonly score: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly points: readonly Point[];
}

export interface Turn {
  /** How far the nose stands from between the eyes, in distances between the eyes: positive towards the picture's right. */
  readonly aside: number;
  /** How far the nose stands from the eyes on the way to the mouth. */
  readonly down: number;
}

const LEAST_SCORE = 0.6;
const OVERLAP = 0.3;
const RIGHT_EYE = 0, LEFT_EYE = 1, NOSE = 2, MOUTH = 3;

/** Centres of the network's 896 guesses: two in each cell of 16 × 16, six in each of 8 × 8. */
const ANCHORS: readonly Point[] = [
  ...cells(16, 2),
  ...cells(8, 6),
];

function cells(across: number, each: number): Point[] {
  const found: Point[] = [];
  for (let row = 0; row < across; row++) {
    for (let column = 0; column < across; column++) {
      for (let guess = 0; guess < each; guess++) found.push({ x: (column + 0.5) / across, y: (row + 0.5) / across });
    }
  }
  return found;
}

/** ``rgba`` is SIDE × SIDE. The likeliest first; overlapping guesses are one face. */
export function findFaces(network: Network, rgba: Uint8ClampedArray): Face[] {
  const input = new Float32Array(SIDE * SIDE * 3);
  for (let from = 0, to = 0; to < input.length; from += 4) {
    for (let channel = 0; channel < 3; channel++) input[to++] = rgba[from + channel] / 127.5 - 1;
  }
  const outputs = network.run(input);
  const [boxes, scores] = outputs[0].length > outputs[1].length ? outputs : [outputs[1], outputs[0]];
  const guesses: Face[] = [];
  for (let index = 0; index < ANCHORS.length; index++) {
    const score = 1 / (1 + Math.exp(-scores[index]));
    if (score >= LEAST_SCORE) guesses.push(guess(boxes, index, score));
  }
  guesses.sort((one, other) => other.score - one.score);
  return guesses.filter((face, index) => !guesses.slice(0, index).some((better) => overlap(better, face) > OVERLAP));
}

function guess(boxes: Float32Array, index: number, score: number): Face {
  const anchor = ANCHORS[index];
  const at = index * 16;
  const [width, height] = [boxes[at + 2] / SIDE, boxes[at + 3] / SIDE];
  const points = Array.from({ length: 6 }, (_, point) => ({
    x: boxes[at + 4 + 2 * point] / SIDE + anchor.x,
    y: boxes[at + 5 + 2 * point] / SIDE + anchor.y,
  }));
  const [x, y] = [boxes[at] / SIDE + anchor.x - width / 2, boxes[at + 1] / SIDE + anchor.y - height / 2];
  return { score, x, y, width, height, points };
}

/** Shared area as a share of the smaller. */
function overlap(one: Face, other: Face): number {
  const across = Math.min(one.x + one.width, other.x + other.width) - Math.max(one.x, other.x);
  const down = Math.min(one.y + one.height, other.y + other.height) - Math.max(one.y, other.y);
  if (across <= 0 || down <= 0) return 0;
  return (across * down) / Math.min(one.width * one.height, other.width * other.height);
}

export function turnOf(face: Face): Turn {
  const [right, left, nose, mouth] = [RIGHT_EYE, LEFT_EYE, NOSE, MOUTH].map((index) => face.points[index]);
  const eyes = { x: (right.x + left.x) / 2, y: (right.y + left.y) / 2 };
  const [across, level] = [left.x - right.x, left.y - right.y];
  const distance = Math.hypot(across, level) || 1e-6;
  // Along and square to the line of the eyes: a head held askew is no turn.
  const along = (p: Point): number => ((p.x - eyes.x) * across + (p.y - eyes.y) * level) / distance;
  const square = (p: Point): number => ((p.y - eyes.y) * across - (p.x - eyes.x) * level) / distance;
  return { aside: along(nose) / distance, down: square(nose) / (square(mouth) || 1e-6) };
}
