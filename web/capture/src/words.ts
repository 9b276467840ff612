/** Every sentence that a capture shows or speaks, by its key. A page brings its own; these are the Japanese and English ones. */

export const WORDS = {
  title_front: ["表面を撮ります", "The front"],
  title_back: ["裏面を撮ります", "The back"],
  title_tilt: ["斜めから撮ります", "From an angle"],
  title_face: ["お顔を撮ります", "Your face"],
  look_for_card: ["枠の中に、カード全体を入れてください。", "Place the whole card in the frame."],
  closer: ["もう少し近づけてください。", "Please move closer."],
  further: ["もう少し離してください。", "Please move further away."],
  flat: ["真上から撮ってください。", "Please hold the camera straight above."],
  turn_over: ["カードを裏返してください。", "Please turn the card over."],
  turn_front: ["カードの表面を見せてください。", "Please show the front of the card."],
  tilt_more: ["カードを手前に傾けてください。", "Please tilt the card towards you."],
  glare: ["光が反射しています。向きを少し変えてください。", "There is a reflection. Please turn the card a little."],
  dark: ["暗いです。明るい所へ移ってください。", "It is dark. Please move to a brighter place."],
  blurred: ["ぼやけています。少し待ってください。", "It is blurred. Please wait a moment."],
  hold: ["そのまま、動かさないでください。", "Hold still."],
  look_for_face: ["枠の中に、お顔を入れてください。", "Place your face in the frame."],
  face_closer: ["お顔を、もう少し近づけてください。", "Please bring your face closer."],
  face_further: ["お顔を、もう少し離してください。", "Please move your face further away."],
  centre: ["お顔を、まん中に合わせてください。", "Please bring your face to the middle."],
  alone: ["お一人だけで映ってください。", "Please make sure that only you are in the picture."],
  pose_front: ["正面を向いてください。", "Look straight ahead."],
  pose_left: ["ゆっくり、左を向いてください。", "Slowly turn your head to your left."],
  pose_right: ["ゆっくり、右を向いてください。", "Slowly turn your head to your right."],
  pose_up: ["ゆっくり、上を向いてください。", "Slowly look up."],
  pose_down: ["ゆっくり、下を向いてください。", "Slowly look down."],
  countdown: ["まもなく撮ります。", "The picture is about to be taken."],
  tilt_next: ["表面を上にして、カードを手前に少し傾けてください。", "With the front up, please tilt the card a little towards you."],
  face_next: ["次は、お顔を撮ります。準備ができたら、「次へ」を押してください。", "Next comes your face. Press \"Next\" when you are ready."],
  opening: ["カメラを準備しています。", "The camera is getting ready."],
  sending: ["送っています。", "Sending."],
  retrying: ["電波が弱いようです。もう一度送っています。", "The connection is weak. Sending again."],
  offline: ["電波がありません。つながったら、続きを送ります。", "There is no connection. It goes on once there is one."],
  taken: ["撮れました。", "Taken."],
  again: ["もう一度、撮らせてください。", "Please take it once more."],
  shoot: ["撮る", "Take the picture"],
  next: ["次へ", "Next"],
  retake: ["もう一度撮る", "Take it again"],
  decline_back: ["裏面を撮らずに進む", "Go on without the back"],
  decline_tilt: ["斜めから撮らずに進む", "Go on without the angle"],
  decline_turn: ["顔を動かさずに進む", "Go on without turning my head"],
  decline_face: ["顔を撮らずに進む", "Go on without my face"],
  retry: ["もう一度ためす", "Try again"],
  problem: ["カメラを使えませんでした。", "The camera could not be used."],
} as const;

export type Word = keyof typeof WORDS;

/** What is shown (a node where it has readings) and what is spoken. */
export interface Said {
  readonly shown: string | Node;
  readonly spoken: string;
}

export type Words = (word: Word) => Said;

/** ``language``: Japanese where it begins with "ja", English otherwise. */
export function words(language: string): Words {
  const place = language.startsWith("ja") ? 0 : 1;
  return (word) => ({ shown: WORDS[word][place], spoken: WORDS[word][place] });
}
