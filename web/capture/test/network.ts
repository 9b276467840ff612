/** ``network MODEL INPUT`` prints what the network makes of an input of 32-bit floats, and how long it takes. */
import { readFileSync } from "node:fs";
import { Network } from "../src/seeing/tflite.ts";

const whole = (path: string): ArrayBuffer => new Uint8Array(readFileSync(path)).buffer;
const network = new Network(whole(process.argv[2]));
const input = new Float32Array(whole(process.argv[3]));
const outputs = network.run(input).map((values) => Array.from(values));
const began = performance.now();
for (let run = 0; run < 5; run++) network.run(input);
console.log(JSON.stringify({ outputs, milliseconds: (performance.now() - began) / 5 }));
