import assert from "node:assert/strict";
import { test } from "node:test";
import type { Luma } from "../src/frame.ts";
import { CardGuide } from "../src/guiding/card.ts";
import { alike, flattened, seeCard } from "../src/seeing/card.ts";
import { box, draw, HEIGHT, WIDTH } from "./drawing.ts";

const SHARP = (): Luma => draw({ corners: box(10, 10, 140) });
const SOFT = (): Luma => ({ data: new Uint8Array(WIDTH * HEIGHT).fill(120), width: WIDTH, height: HEIGHT });
const FLAT = box(20, 22, 120);
const TILTED = [{ x: 30, y: 40 }, { x: 130, y: 40 }, { x: 142, y: 88 }, { x: 18, y: 88 }];

test("a card's corners are found to within two pixels", () => {
  const seen = seeCard(draw({ corners: FLAT }));
  assert.ok(seen);
  seen.corners.forEach((corner, index) => {
    assert.ok(Math.hypot(corner.x - FLAT[index].x, corner.y - FLAT[index].y) < 2, JSON.stringify(seen.corners));
  });
});

test("an empty table is no card", () => {
  assert.equal(seeCard(SOFT()), null);
});

test("a sheet of paper has not a card's shape", () => {
  assert.equal(seeCard(draw({ corners: box(50, 10, 60, 95) })), null);
});

const first = (corners: ReturnType<typeof box>, more = {}): string =>
  new CardGuide("front", null).look(draw({ corners, ...more }), SHARP).hint;

test("guidance tells what is wrong, one thing at a time", () => {
  assert.equal(first(FLAT), "hold");
  assert.equal(first(box(45, 38, 68)), "closer");
  assert.equal(first(box(3, 14, 152)), "further");
  assert.equal(first(FLAT, { table: 10, card: 40, print: 20 }), "dark");
  assert.equal(first(TILTED, {}), "look_for_card");
  assert.equal(new CardGuide("front", null).look(draw({ corners: FLAT }), SOFT).hint, "blurred");
});

test("a lamp's reflection on the card is told", () => {
  const frame = draw({ corners: FLAT });
  for (let y = 40; y < 60; y++) frame.data.fill(255, y * WIDTH + 70, y * WIDTH + 95);
  assert.equal(new CardGuide("front", null).look(frame, SHARP).hint, "glare");
});

test("the shutter goes after standing still, and a moving card keeps it waiting", () => {
  const still = new CardGuide("front", null);
  const shots = Array.from({ length: 6 }, () => still.look(draw({ corners: FLAT }), SHARP).shoot);
  assert.deepEqual(shots, [false, false, false, false, true, true]);
  const moving = new CardGuide("front", null);
  const moved = Array.from({ length: 8 }, (_, index) => moving.look(draw({ corners: box(14 + 5 * (index % 2), 20, 116) }), SHARP).shoot);
  assert.ok(moved.every((shot) => !shot));
});

test("the front again is no back, and the back is", () => {
  const front = new CardGuide("front", null);
  front.look(draw({ corners: FLAT }), SHARP);
  const back = new CardGuide("back", front.seen);
  assert.equal(back.look(draw({ corners: box(22, 24, 116) }), SHARP).hint, "turn_over");
  assert.equal(back.look(draw({ corners: FLAT }, 2), SHARP).hint, "hold");
});

test("a tilt is asked for until there is one", () => {
  const front = new CardGuide("front", null);
  front.look(draw({ corners: FLAT }), SHARP);
  const tilt = new CardGuide("tilt", front.seen);
  assert.equal(tilt.look(draw({ corners: FLAT }), SHARP).hint, "tilt_more");
  assert.equal(tilt.look(draw({ corners: TILTED }), SHARP).hint, "hold");
  assert.equal(tilt.look(draw({ corners: TILTED }, 2), SHARP).hint, "turn_front");
});

test("one card is alike in other light, and not its other side", () => {
  const [bright, dim, other] = [draw({ corners: FLAT }), draw({ corners: FLAT, card: 140, print: 50 }), draw({ corners: FLAT }, 2)].map(
    (frame) => flattened(frame, seeCard(frame)!),
  );
  assert.ok(alike(bright, dim) > 0.95);
  assert.ok(alike(bright, other) < 0.8);
});
