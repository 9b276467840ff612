/** Frames drawn for tests: a light card with dark print on a dark table, by its corners. */
import type { Luma, Point } from "../src/frame.ts";

export interface Drawn {
  readonly corners: readonly Point[];
  readonly table?: number;
  readonly card?: number;
  readonly print?: number;
}

export const WIDTH = 160;
export const HEIGHT = 120;

export function box(x: number, y: number, width: number, height = width / 1.586): readonly Point[] {
  return [{ x, y }, { x: x + width, y }, { x: x + width, y: y + height }, { x, y: y + height }];
}

/** ``seed`` moves the print: two sides of a card look different. */
export function draw({ corners, table = 70, card = 190, print = 60 }: Drawn, seed = 1): Luma {
  const data = new Uint8Array(WIDTH * HEIGHT).fill(table);
  const [a, b, c, d] = corners;
  for (let y = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++) {
      if (!inside(corners, x, y)) continue;
      const across = (x - (a.x + d.x) / 2) / ((b.x + c.x - a.x - d.x) / 2);
      const down = (y - (a.y + b.y) / 2) / ((c.y + d.y - a.y - b.y) / 2);
      const [column, row] = [Math.floor(across * 12), Math.floor(down * 9)];
      const isPrint = down > 0.1 && down < 0.9 && across > 0.08 && across < 0.92 && (column * 7 + row * 13 * seed + row * row) % 5 === 0;
      data[y * WIDTH + x] = isPrint ? print : card;
    }
  }
  return { data, width: WIDTH, height: HEIGHT };
}

function inside(corners: readonly Point[], x: number, y: number): boolean {
  return corners.every((from, index) => {
    const to = corners[(index + 1) % corners.length];
    return (to.x - from.x) * (y - from.y) - (to.y - from.y) * (x - from.x) >= 0;
  });
}
