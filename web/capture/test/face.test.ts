import assert from "node:assert/strict";
import { test } from "node:test";
import { FaceGuide, type Pose } from "../src/guiding/face.ts";
import { type Face, turnOf } from "../src/seeing/face.ts";

/** Eyes, nose, mouth, ears of a face whose nose stands ``aside`` of its middle and ``down`` on the way to the mouth. */
function face(aside = 0, down = 0.55, more: Partial<Face> = {}): Face {
  const points = [[0.42, 0.45], [0.58, 0.45], [0.5 + 0.16 * aside, 0.45 + 0.2 * down], [0.5, 0.65], [0.35, 0.5], [0.65, 0.5]];
  return { score: 0.9, x: 0.3, y: 0.3, width: 0.4, height: 0.4, points: points.map(([x, y]) => ({ x, y })), ...more };
}

const straight = turnOf(face());
const hint = (pose: Pose, ...faces: Face[]): string => new FaceGuide(pose, straight).look(faces, 120).hint;

test("standing right in the oval comes before poses", () => {
  assert.equal(hint("front"), "look_for_face");
  assert.equal(hint("front", face(), face()), "alone");
  assert.equal(hint("front", face(0, 0.55, { width: 0.1 })), "face_closer");
  assert.equal(hint("left", face(0, 0.55, { width: 0.8 })), "face_further");
  assert.equal(hint("front", face(0, 0.55, { x: 0.05 })), "centre");
  assert.equal(hint("front", face()), "hold");
  assert.equal(new FaceGuide("front", null).look([face()], 20).hint, "dark");
});

test("a pose is reached by its own turn alone", () => {
  const turns: Record<Exclude<Pose, "front">, Face> = { left: face(0.35), right: face(-0.35), up: face(0, 0.4), down: face(0, 0.66) };
  for (const asked of ["left", "right", "up", "down"] as const) {
    for (const done of ["left", "right", "up", "down"] as const) {
      assert.equal(hint(asked, turns[done]), asked === done ? "hold" : "pose", `${asked} asked, ${done} done`);
    }
    assert.equal(hint(asked, face()), "pose");
    assert.equal(hint("front", turns[asked]), asked === "up" || asked === "down" ? "hold" : "pose");
  }
});

test("a head held askew has not turned", () => {
  const points = face().points.map(({ x, y }) => ({ x: 0.5 + (x - 0.5) * 0.94 - (y - 0.5) * 0.34, y: 0.5 + (x - 0.5) * 0.34 + (y - 0.5) * 0.94 }));
  assert.ok(Math.abs(turnOf(face(0, 0.55, { points })).aside) < 0.01);
});

test("the shutter goes on a pose that is held for two looks", () => {
  const guide = new FaceGuide("left", straight);
  assert.deepEqual([face(), face(0.35), face(0.36)].map((seen) => guide.look([seen], 120).shoot), [false, false, true]);
});
