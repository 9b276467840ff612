/** The camera: a live stream and nothing else. Pictures that were taken before cannot be handed in. */
import { type Luma, lumaOf } from "./frame.ts";
import type { Problem } from "./events.ts";

export class CameraProblem extends Error {
  constructor(readonly problem: Problem) {
    super(problem);
  }
}

export type Facing = "environment" | "user";

const QUALITY = 0.92;
const GUIDANCE_WIDTH = 160;
const DETAIL = 160;

/** Null where a camera can be asked for at all. */
export function missing(): Problem | null {
  if (!window.isSecureContext) return "insecure";
  return typeof navigator.mediaDevices?.getUserMedia === "function" ? null : "unsupported";
}

export class Camera {
  private stream: MediaStream | null = null;
  private facing: Facing | null = null;
  private readonly canvas = document.createElement("canvas");
  private readonly pen = this.canvas.getContext("2d", { willReadFrequently: true })!;

  constructor(readonly video: HTMLVideoElement) {
    video.muted = true;
    video.playsInline = true;
  }

  /** Open, or stay open where it already looks that way. Throws CameraProblem. */
  async open(facing: Facing): Promise<void> {
    if (this.facing === facing && this.isLive()) return;
    this.close();
    const lacking = missing();
    if (lacking !== null) throw new CameraProblem(lacking);
    try {
      this.stream = await navigator.mediaDevices.getUserMedia({
        audio: false,
        video: { facingMode: { ideal: facing }, width: { ideal: 1920 }, height: { ideal: 1080 } },
      });
    } catch (error) {
      throw new CameraProblem(problemOf(error));
    }
    this.facing = facing;
    this.video.srcObject = this.stream;
    await this.video.play();
  }

  close(): void {
    this.stream?.getTracks().forEach((track) => track.stop());
    this.video.srcObject = null;
    this.stream = null;
    this.facing = null;
  }

  isLive(): boolean {
    return this.stream?.getVideoTracks().some((track) => track.readyState === "live") ?? false;
  }

  get hasFrame(): boolean {
    return this.video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA && this.video.videoWidth > 0;
  }

  /** What is seen on the screen of the stream's frame: its middle, in the shape of the view. */
  private seen(): { x: number; y: number; width: number; height: number } {
    const { videoWidth, videoHeight, clientWidth, clientHeight } = this.video;
    const shape = clientWidth > 0 && clientHeight > 0 ? clientWidth / clientHeight : videoWidth / videoHeight;
    const width = Math.min(videoWidth, videoHeight * shape);
    const height = Math.min(videoHeight, videoWidth / shape);
    return { x: (videoWidth - width) / 2, y: (videoHeight - height) / 2, width, height };
  }

  /** The seen part, small and grey. */
  small(): Luma {
    const { x, y, width, height } = this.seen();
    const rows = Math.max(1, Math.round((GUIDANCE_WIDTH * height) / width));
    return lumaOf(this.drawn(x, y, width, height, GUIDANCE_WIDTH, rows), GUIDANCE_WIDTH, rows);
  }

  /** The very middle in full resolution: whether it is sharp. */
  detail(): Luma | null {
    const { x, y, width, height } = this.seen();
    if (width < DETAIL || height < DETAIL) return null;
    const rgba = this.drawn(x + (width - DETAIL) / 2, y + (height - DETAIL) / 2, DETAIL, DETAIL, DETAIL, DETAIL);
    return lumaOf(rgba, DETAIL, DETAIL);
  }

  /** The seen part in the middle of a black square, in colour. */
  square(side: number): Uint8ClampedArray {
    const { x, y, width, height } = this.seen();
    const scale = side / Math.max(width, height);
    const [across, down] = [width * scale, height * scale];
    this.canvas.width = this.canvas.height = side;
    this.pen.drawImage(this.video, x, y, width, height, (side - across) / 2, (side - down) / 2, across, down);
    return this.pen.getImageData(0, 0, side, side).data;
  }

  /** The whole frame as JPEG. */
  shoot(): Promise<Blob> {
    this.canvas.width = this.video.videoWidth;
    this.canvas.height = this.video.videoHeight;
    this.pen.drawImage(this.video, 0, 0);
    return new Promise((resolve, reject) => {
      this.canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new CameraProblem("busy"))), "image/jpeg", QUALITY);
    });
  }

  private drawn(x: number, y: number, width: number, height: number, across: number, down: number): Uint8ClampedArray {
    this.canvas.width = across;
    this.canvas.height = down;
    this.pen.drawImage(this.video, x, y, width, height, 0, 0, across, down);
    return this.pen.getImageData(0, 0, across, down).data;
  }
}

function problemOf(error: unknown): Problem {
  const name = error instanceof DOMException ? error.name : "";
  if (name === "NotAllowedError" || name === "SecurityError") return "refused";
  if (name === "NotFoundError" || name === "OverconstrainedError") return "no_camera";
  return "busy";
}
