/**
 * What a screen shows, as data. Drawing and hit test both derive from the same list of nodes, so
 * that what is seen is what is touched. Units: millimetres of the panel, origin top left, so that a
 * scene is legible on any panel; the driver turns them into pixels.
 */
export type Box = {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
};

/** `#rrggbb`. */
export type Colour = `#${string}`;

export type TextAlign = 'left' | 'centre' | 'right';

export type SceneNode = {
  readonly box: Box;
  readonly fill?: Colour;
  readonly border?: { readonly colour: Colour; readonly width: number };
  readonly radius?: number;
  /** Drawn inside the box, wrapped at words, never beyond `maxLines`; `height` is the em size in millimetres. */
  readonly text?: {
    readonly value: string;
    readonly height: number;
    readonly colour: Colour;
    readonly align: TextAlign;
    readonly bold: boolean;
    readonly maxLines: number;
  };
  /** A tick over the node: selected, also for those who see no colour. */
  readonly tick?: boolean;
  /** A generated emblem: same seed, same picture. */
  readonly emblem?: { readonly seed: string; readonly colours: readonly Colour[] };
  /** Has the focus of the tactile keypad: a ring around it that is seen on any background. */
  readonly focus?: boolean;
  /** What touching it means; the name of an action, unique in the scene. Absent: not touchable. */
  readonly target?: string;
  /** What is said of a target in focus: what it is, its state, its place among its like. */
  readonly words?: string;
  /** Targets that belong together: the keys left and right go from group to group. */
  readonly group?: string;
  /** On a setting: the actions of the keys left and right, instead of going to another group. */
  readonly adjust?: { readonly less: string; readonly more: string };
};

export type Scene = {
  /** What it is, for tests, logs of phases and the bench: never what is chosen. */
  readonly name: string;
  readonly background: Colour;
  /** Later nodes lie over earlier ones. */
  readonly nodes: readonly SceneNode[];
  /** The scene in words, in reading order. */
  readonly spoken: readonly string[];
  /** What is said when the scene comes: title, summary, how to go on. Alike: the same scene still. */
  readonly announcement?: readonly string[];
  /** What may change while the scene stays; a sentence is said when it is new. */
  readonly status?: readonly string[];
  /** The target where the focus of the keypad begins; absent: the first one. */
  readonly start?: string;
  /** The target in focus; absent: the keypad is not in use. */
  readonly focus?: string;
};
