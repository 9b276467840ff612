/**
 * Runs a small convolutional network from a TensorFlow Lite file, in plain TypeScript.
 *
 * Knows the nine operations that the face finder is made of, in 32-bit floats with 16-bit weights, and refuses a file with
 * any other. No WebAssembly: the page's policy needs no exception, and an old phone runs it.
 * Format: the FlatBuffers schema of TensorFlow Lite, version 3.
 */

const DEQUANTIZE = 6, CONV = 3, DEPTHWISE = 4, ADD = 0, PAD = 34, MAX_POOL = 17, RESHAPE = 22, CONCATENATION = 2, RELU = 19;
const FLOAT32 = 0, FLOAT16 = 1, INT32 = 2;

interface Tensor {
  readonly shape: readonly number[];
  values: Float32Array;
}

type Operation = () => void;

export class Network {
  private readonly tensors: Tensor[] = [];
  private readonly operations: Operation[] = [];
  private readonly input: Tensor;
  private readonly outputs: readonly Tensor[];

  /** Throws where the file is none of this kind. */
  constructor(file: ArrayBuffer) {
    const read = new Reader(file);
    if (read.text(4) !== "TFL3") throw new Error("not a TensorFlow Lite file");
    const model = read.root();
    const codes = read.tables(model, 1).map((code) => Math.max(read.byte(code, 0), read.int(code, 3)));
    const buffers = read.tables(model, 4);
    const graph = read.tables(model, 2)[0];
    for (const tensor of read.tables(graph, 0)) {
      const shape = read.ints(tensor, 0);
      this.tensors.push({ shape, values: read.constant(buffers[read.int(tensor, 2)], read.byte(tensor, 1), product(shape)) });
    }
    this.input = this.tensors[read.ints(graph, 1)[0]];
    this.outputs = read.ints(graph, 2).map((index) => this.tensors[index]);
    for (const operation of read.tables(graph, 3)) this.plan(read, operation, codes[read.int(operation, 0)]);
  }

  /** The outputs for one input; the arrays are the network's own and are overwritten by the next call. */
  run(values: Float32Array): readonly Float32Array[] {
    this.input.values.set(values);
    for (const operation of this.operations) operation();
    return this.outputs.map((tensor) => tensor.values);
  }

  private plan(read: Reader, operation: number, code: number): void {
    const inputs = read.ints(operation, 1).map((index) => this.tensors[index]);
    const [to] = read.ints(operation, 2).map((index) => this.tensors[index]);
    const [from, other, bias] = inputs;
    const options = read.table(operation, 4);
    const stride = options === 0 ? 1 : Math.max(1, read.int(options, 1));
    if (code === DEQUANTIZE) to.values = from.values; // widened when read
    else if (code === RESHAPE) this.operations.push(() => to.values.set(from.values));
    else if (code === CONV) this.operations.push(() => convolve(from, other, bias, to, stride));
    else if (code === DEPTHWISE) this.operations.push(() => convolveDepth(from, other, bias, to, stride));
    else if (code === ADD) this.operations.push(() => add(from, other, to));
    else if (code === PAD) this.operations.push(() => padChannels(from, to));
    else if (code === MAX_POOL) this.operations.push(() => pool(from, to, stride));
    else if (code === RELU) this.operations.push(() => rectify(from, to));
    else if (code === CONCATENATION) this.operations.push(() => concatenate(inputs, to));
    else throw new Error(`unknown operation ${code}`);
  }
}

/** Where padding SAME begins: TensorFlow puts the odd pixel behind. */
function before(size: number, out: number, kernel: number, stride: number): number {
  return Math.max(0, (out - 1) * stride + kernel - size) >> 1;
}

function convolve(from: Tensor, weights: Tensor, bias: Tensor, to: Tensor, stride: number): void {
  const [, height, width, depth] = from.shape;
  const [, rows, columns, channels] = to.shape;
  const [, kernelRows, kernelColumns] = weights.shape;
  const [top, left] = [before(height, rows, kernelRows, stride), before(width, columns, kernelColumns, stride)];
  const [x, w, b, y] = [from.values, weights.values, bias.values, to.values];
  const size = kernelRows * kernelColumns * depth;
  const patch = new Float32Array(size);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      patch.fill(0);
      for (let i = 0; i < kernelRows; i++) {
        const r = row * stride + i - top;
        if (r < 0 || r >= height) continue;
        for (let j = 0; j < kernelColumns; j++) {
          const c = column * stride + j - left;
          if (c < 0 || c >= width) continue;
          const source = (r * width + c) * depth;
          patch.set(x.subarray(source, source + depth), (i * kernelColumns + j) * depth);
        }
      }
      const target = (row * columns + column) * channels;
      for (let channel = 0; channel < channels; channel++) {
        let sum = b[channel];
        const first = channel * size;
        for (let k = 0; k < size; k++) sum += patch[k] * w[first + k];
        y[target + channel] = sum;
      }
    }
  }
}

function convolveDepth(from: Tensor, weights: Tensor, bias: Tensor, to: Tensor, stride: number): void {
  const [, height, width, depth] = from.shape;
  const [, rows, columns] = to.shape;
  const [, kernelRows, kernelColumns] = weights.shape;
  const [top, left] = [before(height, rows, kernelRows, stride), before(width, columns, kernelColumns, stride)];
  const [x, w, b, y] = [from.values, weights.values, bias.values, to.values];
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const target = (row * columns + column) * depth;
      for (let channel = 0; channel < depth; channel++) y[target + channel] = b[channel];
      for (let i = 0; i < kernelRows; i++) {
        const r = row * stride + i - top;
        if (r < 0 || r >= height) continue;
        for (let j = 0; j < kernelColumns; j++) {
          const c = column * stride + j - left;
          if (c < 0 || c >= width) continue;
          const source = (r * width + c) * depth;
          const weight = (i * kernelColumns + j) * depth;
          for (let channel = 0; channel < depth; channel++) y[target + channel] += x[source + channel] * w[weight + channel];
        }
      }
    }
  }
}

function pool(from: Tensor, to: Tensor, stride: number): void {
  const [, , width, depth] = from.shape;
  const [, rows, columns] = to.shape;
  const [x, y] = [from.values, to.values];
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      for (let channel = 0; channel < depth; channel++) {
        const at = (row * stride * width + column * stride) * depth + channel;
        const below = at + width * depth;
        y[(row * columns + column) * depth + channel] = Math.max(x[at], x[at + depth], x[below], x[below + depth]);
      }
    }
  }
}

function add(one: Tensor, other: Tensor, to: Tensor): void {
  for (let at = 0; at < to.values.length; at++) to.values[at] = one.values[at] + other.values[at];
}

function rectify(from: Tensor, to: Tensor): void {
  for (let at = 0; at < to.values.length; at++) to.values[at] = Math.max(0, from.values[at]);
}

/** The only padding there is: more channels, which are zero. */
function padChannels(from: Tensor, to: Tensor): void {
  const [less, more] = [from.shape[3], to.shape[3]];
  for (let source = 0, target = 0; source < from.values.length; source += less, target += more) {
    to.values.set(from.values.subarray(source, source + less), target);
  }
}

/** Along the second axis: one after the other. */
function concatenate(inputs: readonly Tensor[], to: Tensor): void {
  let at = 0;
  for (const { values } of inputs) {
    to.values.set(values, at);
    at += values.length;
  }
}

function product(shape: readonly number[]): number {
  return shape.reduce((sum, size) => sum * size, 1);
}

/** FlatBuffers: tables whose fields stand at offsets that a table of its own tells. */
class Reader {
  private readonly view: DataView;

  constructor(private readonly file: ArrayBuffer) {
    this.view = new DataView(file);
  }

  text(at: number): string {
    return String.fromCharCode(...new Uint8Array(this.file, at, 4));
  }

  root(): number {
    return this.follow(0);
  }

  byte(table: number, field: number): number {
    const at = this.field(table, field);
    return at === 0 ? 0 : this.view.getUint8(at);
  }

  int(table: number, field: number): number {
    const at = this.field(table, field);
    return at === 0 ? 0 : this.view.getInt32(at, true);
  }

  table(table: number, field: number): number {
    const at = this.field(table, field);
    return at === 0 ? 0 : this.follow(at);
  }

  tables(table: number, field: number): number[] {
    return this.each(table, field, (at) => this.follow(at));
  }

  ints(table: number, field: number): number[] {
    return this.each(table, field, (at) => this.view.getInt32(at, true));
  }

  /** A constant's values as 32-bit floats; room for what is computed. */
  constant(buffer: number, type: number, count: number): Float32Array {
    const at = this.table(buffer, 0);
    const values = new Float32Array(count);
    if (at === 0 || type === INT32) return values;
    if (type !== FLOAT16 && type !== FLOAT32) throw new Error(`unknown type ${type}`);
    for (let index = 0; index < count; index++) {
      values[index] =
        type === FLOAT32 ? this.view.getFloat32(at + 4 + 4 * index, true) : half(this.view.getUint16(at + 4 + 2 * index, true));
    }
    return values;
  }

  private each<T>(table: number, field: number, read: (at: number) => T): T[] {
    const at = this.table(table, field);
    const count = at === 0 ? 0 : this.view.getUint32(at, true);
    return Array.from({ length: count }, (_, index) => read(at + 4 + 4 * index));
  }

  private follow(at: number): number {
    return at + this.view.getUint32(at, true);
  }

  private field(table: number, index: number): number {
    const names = table - this.view.getInt32(table, true);
    const at = 4 + 2 * index;
    const offset = at < this.view.getUint16(names, true) ? this.view.getUint16(names + at, true) : 0;
    return offset === 0 ? 0 : table + offset;
  }
}

/** IEEE 754 half precision. */
function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
