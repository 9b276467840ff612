import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { HttpTransport, WireProblem } from "../src/wire.ts";

type Reply = { readonly status: number; readonly body?: unknown } | null;

/** A browser's request whose answers are laid out beforehand; null is a line that broke. */
const replies: Reply[] = [];
const sent: { address: string; headers: Record<string, string>; body: unknown }[] = [];

class Request {
  upload: { onprogress?: (event: unknown) => void } = {};
  status = 0;
  responseText = "";
  onload?: () => void;
  onerror?: () => void;
  private readonly told = { address: "", headers: {} as Record<string, string>, body: null as unknown };
  open(_method: string, address: string): void {
    this.told.address = address;
  }
  setRequestHeader(name: string, value: string): void {
    this.told.headers[name] = value;
  }
  send(body: unknown): void {
    this.told.body = body;
    sent.push(this.told);
    const reply = replies.shift();
    if (reply === undefined) throw new Error("asked too often");
    if (reply === null) return this.onerror?.();
    this.status = reply.status;
    this.responseText = JSON.stringify(reply.body ?? {});
    this.onload?.();
  }
}

Object.assign(globalThis, { XMLHttpRequest: Request });
Object.defineProperty(globalThis, "navigator", { value: { onLine: true }, configurable: true });
const waits: number[] = [];
const transport = new HttpTransport(
  { challenge: "/c", shot: "/s", skip: "/k", finish: "/f" },
  { "X-CSRFToken": "t" },
  () => undefined,
  async (seconds) => void waits.push(seconds),
);
const step = { name: "front", pose: null } as const;
const picture = new Blob(["picture"], { type: "image/jpeg" });

beforeEach(() => {
  replies.length = sent.length = waits.length = 0;
});

test("a picture is sent again with growing pauses until there is an answer", async () => {
  replies.push(null, { status: 503 }, null, { status: 200, body: { accepted: true, reasons: [], left: ["back"] } });
  assert.deepEqual(await transport.send("n", step, picture, 1234.6, () => undefined), { accepted: true, reasons: [], left: ["back"] });
  assert.deepEqual(waits, [1, 2, 4]);
  assert.equal(sent.length, 4);
  assert.deepEqual(sent[3].headers, {
    "X-CSRFToken": "t", "X-Capture-Nonce": "n", "X-Capture-Step": "front", "X-Capture-Pose": "",
    "X-Capture-Taken-At": "1235", "Content-Type": "image/jpeg",
  });
});

test("a refusal is not sent again", async () => {
  for (const [status, problem] of [[409, "expired"], [410, "closed"], [429, "too_many"], [400, "server"]] as const) {
    replies.push({ status });
    await assert.rejects(transport.challenge(), (error: WireProblem) => error.problem === problem);
  }
  assert.deepEqual(waits, []);
});

test("a line that stays away is told after a while", async () => {
  replies.push(...Array.from({ length: 9 }, () => null));
  await assert.rejects(transport.finish(), (error: WireProblem) => error.problem === "server");
  assert.equal(waits.length, 8);
});
