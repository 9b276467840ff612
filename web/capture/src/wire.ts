/** The way to the server. An integrator's page may bring its own; ours speaks JSON and raw picture bodies. */
import type { Problem, SkipReason, Step } from "./events.ts";

export interface Challenge {
  readonly nonce: string;
  /** What is still to be taken, in order. */
  readonly steps: readonly Step[];
  readonly expiresInSeconds: number;
}

export interface Receipt {
  readonly accepted: boolean;
  /** For a person, in the page's language. */
  readonly reasons: readonly string[];
  /** The steps that are still to be taken after this one, in all. */
  readonly left: readonly string[];
}

export interface Transport {
  challenge(): Promise<Challenge>;
  send(nonce: string, step: Step, picture: Blob, takenAt: number, progress: (share: number) => void): Promise<Receipt>;
  /** The step goes to a person. */
  skip(step: Step, reason: SkipReason): Promise<void>;
  /** Where to go now. */
  finish(): Promise<string>;
}

export class WireProblem extends Error {
  constructor(readonly problem: Problem) {
    super(problem);
  }
}

export interface Addresses {
  readonly challenge: string;
  readonly shot: string;
  readonly skip: string;
  readonly finish: string;
}

interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

const WAITS_S = [1, 2, 4, 8, 15, 15, 15, 15];
const PATIENCE_S = 90;
const PROBLEMS: Record<number, Problem> = { 403: "closed", 404: "closed", 409: "expired", 410: "closed", 413: "server", 429: "too_many" };

/** Sends again what got no answer, with growing pauses: the server knows a picture that it has already. */
export class HttpTransport implements Transport {
  constructor(
    private readonly addresses: Addresses,
    private readonly headers: Record<string, string>,
    private readonly retrying: (isOffline: boolean) => void = () => undefined,
    private readonly pause: (seconds: number) => Promise<void> = online,
  ) {}

  async challenge(): Promise<Challenge> {
    const { body } = await this.post(this.addresses.challenge, "", "application/json");
    return {
      nonce: String(body["nonce"]),
      steps: body["steps"] as Step[],
      expiresInSeconds: Number(body["expires_in_s"]),
    };
  }

  async send(nonce: string, step: Step, picture: Blob, takenAt: number, progress: (share: number) => void): Promise<Receipt> {
    const headers = {
      "X-Capture-Nonce": nonce,
      "X-Capture-Step": step.name,
      "X-Capture-Pose": step.pose ?? "",
      "X-Capture-Taken-At": String(Math.round(takenAt)),
    };
    const { body } = await this.post(this.addresses.shot, picture, picture.type, headers, progress);
    return { accepted: body["accepted"] === true, reasons: listed(body["reasons"]), left: listed(body["left"]) };
  }

  async skip(step: Step, reason: SkipReason): Promise<void> {
    await this.post(this.addresses.skip, JSON.stringify({ step: step.name, reason }), "application/json");
  }

  async finish(): Promise<string> {
    const { body } = await this.post(this.addresses.finish, "", "application/json");
    return String(body["next"]);
  }

  private async post(
    address: string,
    body: XMLHttpRequestBodyInit,
    type: string,
    headers: Record<string, string> = {},
    progress: (share: number) => void = () => undefined,
  ): Promise<Answer> {
    for (let attempt = 0; ; attempt++) {
      const answer = await once(address, body, { ...this.headers, ...headers, "Content-Type": type }, progress);
      if (answer !== null && answer.status < 300) return answer;
      if (answer !== null && answer.status < 500) throw new WireProblem(PROBLEMS[answer.status] ?? "server");
      if (attempt >= WAITS_S.length) throw new WireProblem(navigator.onLine ? "server" : "offline");
      this.retrying(!navigator.onLine);
      await this.pause(WAITS_S[attempt]);
    }
  }
}

function listed(told: unknown): readonly string[] {
  return Array.isArray(told) ? (told as string[]) : [];
}

/** Null where no answer came. */
function once(
  address: string,
  body: XMLHttpRequestBodyInit,
  headers: Record<string, string>,
  progress: (share: number) => void,
): Promise<Answer | null> {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open("POST", address);
    request.timeout = PATIENCE_S * 1000;
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.upload.onprogress = (event) => progress(event.lengthComputable ? event.loaded / event.total : 0);
    request.onload = () => resolve({ status: request.status, body: parsed(request.responseText) });
    request.onerror = request.ontimeout = request.onabort = () => resolve(null);
    request.send(body);
  });
}

function parsed(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
}

/** A while; shorter where the line comes back. */
function online(seconds: number): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      window.removeEventListener("online", done);
      resolve();
    };
    const timer = setTimeout(done, seconds * 1000);
    window.addEventListener("online", done);
  });
}
