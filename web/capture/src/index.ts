/** Guided capture of identity documents and faces. See README.md. */
export { Capture, type Options } from "./capture.ts";
export { missing } from "./camera.ts";
export type { CaptureEvents, Problem, Step } from "./events.ts";
export type { Hint, StepName } from "./hints.ts";
export { type Addresses, type Challenge, HttpTransport, type Receipt, type Transport, WireProblem } from "./wire.ts";
export { type Said, type Word, WORDS, type Words, words } from "./words.ts";
