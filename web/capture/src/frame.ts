/** Brightness of one small frame: what guidance looks at. Nothing here touches the DOM. */

export interface Luma {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** ITU-R BT.601 weights in 8-bit integers. */
export function lumaOf(rgba: Uint8ClampedArray, width: number, height: number): Luma {
  const data = new Uint8Array(width * height);
  for (let from = 0, to = 0; to < data.length; from += 4, to++) {
    data[to] = (77 * rgba[from] + 150 * rgba[from + 1] + 29 * rgba[from + 2]) >> 8;
  }
  return { data, width, height };
}

/** Mean difference of two frames of one size, 0 to 255; frames of different sizes have moved. */
export function motion(before: Luma | null, now: Luma): number {
  if (before === null || before.data.length !== now.data.length) return 255;
  let sum = 0;
  for (let index = 0; index < now.data.length; index++) sum += Math.abs(now.data[index] - before.data[index]);
  return sum / now.data.length;
}

export function meanOf(frame: Luma): number {
  let sum = 0;
  for (const value of frame.data) sum += value;
  return sum / frame.data.length;
}

/** Variance of the Laplacian: low where a picture is out of focus or shaken. */
export function sharpness(frame: Luma): number {
  const { data, width, height } = frame;
  let sum = 0;
  let squares = 0;
  let count = 0;
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1; x < width - 1; x++) {
      const at = y * width + x;
      const value = 4 * data[at] - data[at - 1] - data[at + 1] - data[at - width] - data[at + width];
      sum += value;
      squares += value * value;
      count++;
    }
  }
  return count === 0 ? 0 : squares / count - (sum / count) ** 2;
}
