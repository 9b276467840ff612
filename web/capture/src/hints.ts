/** What guidance tells, as codes; words for them are the page's. */

export type StepName = "front" | "back" | "tilt" | "face";

export type DocumentHint =
  | "look_for_card" | "closer" | "further" | "flat" | "turn_over" | "turn_front" | "tilt_more" | "glare" | "dark" | "blurred" | "hold";

export type FaceHint =
  | "look_for_face" | "face_closer" | "face_further" | "centre" | "alone" | "dark" | "hold" | "pose" | "countdown";

export type Hint = DocumentHint | FaceHint;

/** What one frame told: the hint, whether the shutter may go, and where the card or face stands (shares of the frame). */
export interface Told {
  readonly hint: Hint;
  readonly shoot: boolean;
  readonly outline: readonly { readonly x: number; readonly y: number }[] | null;
}
