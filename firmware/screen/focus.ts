/**
 * The focus of the five-key keypad: an order that is the reading order of the scene, groups that left
 * and right jump between, and what each key means where the focus is. Selecting does what a touch does.
 */
import type { Box, Scene, SceneNode } from '#hal/scene.ts';
import type { TactileKey } from '#hal/tactile-keypad.ts';
import { type TargetNode, targetsOf } from './hit-test.ts';
import type { Look } from './look.ts';

/** The target in focus: the wanted one where it is there, else where the scene begins. Null: none. */
export const focusIn = (scene: Scene, wanted: string | null): TargetNode | null => {
  const targets = targetsOf(scene);
  return (
    targets.find(({ target }) => target === wanted) ??
    targets.find(({ target }) => target === scene.start) ??
    targets[0] ??
    null
  );
};

const RING_OUT_MM = 1.15;
const RING_MM = 1;
/** Between ring and target, so that the ring is seen on what has its colour. */
const GROUND_MM = 0.45;

const around = ({ x, y, width, height }: Box, by: number): Box => ({
  x: x - by,
  y: y - by,
  width: width + 2 * by,
  height: height + 2 * by,
});

/** The ring lies in the gap around its target: it covers nothing. */
const ringOf = (look: Look, { box, radius = 0 }: SceneNode): readonly SceneNode[] => [
  {
    box: around(box, RING_OUT_MM),
    border: { colour: look.colours.ring, width: RING_MM },
    radius: radius + RING_OUT_MM,
  },
  {
    box: around(box, RING_OUT_MM - RING_MM),
    border: { colour: look.colours.background, width: GROUND_MM },
    radius: radius + RING_OUT_MM - RING_MM,
  },
];

/** The scene with a ring around what is in focus. The ring comes last: nothing else moves. */
export const withFocus = (scene: Scene, look: Look, wanted: string | null): Scene => {
  const found = focusIn(scene, wanted);
  if (found === null) return scene;
  return { ...scene, focus: found.target, nodes: [...scene.nodes, ...ringOf(look, found)] };
};

// ---------------------------------------------------------------- keys

/** What a key does: the focus it leads to, and the action it causes. */
export type KeyMeaning = { readonly focus: string | null; readonly action: string | null };

const groupsOf = (targets: readonly TargetNode[]): readonly (readonly TargetNode[])[] => {
  const groups: TargetNode[][] = [];
  for (const node of targets) {
    const last = groups.at(-1);
    if (last?.[0] !== undefined && last[0].group === node.group) last.push(node);
    else groups.push([node]);
  }
  return groups;
};

/** From the last on to the first, and back. */
const step = <T>(all: readonly T[], from: number, by: number): T | undefined =>
  all[(from + by + all.length) % all.length];

const toGroup = (targets: readonly TargetNode[], at: TargetNode, by: number): string => {
  const groups = groupsOf(targets);
  const from = groups.findIndex((group) => group.includes(at));
  return step(groups, from, by)?.[0]?.target ?? at.target;
};

const VOICE_KEYS = {
  louder: 'voice:louder',
  softer: 'voice:softer',
  faster: 'voice:faster',
  slower: 'voice:slower',
} as const;

/** What `key` means on this scene with this focus; `dark`: the screen is off. */
export const keyMeaning = (
  scene: Scene,
  wanted: string | null,
  dark: boolean,
  key: TactileKey,
): KeyMeaning => {
  const targets = targetsOf(scene);
  const at = focusIn(scene, wanted);
  const focus = at?.target ?? null;
  const stays = (action: string | null): KeyMeaning => ({ focus, action });
  const index = at === null ? 0 : targets.indexOf(at);
  switch (key) {
    case 'up':
      return { focus: step(targets, index, -1)?.target ?? null, action: null };
    case 'down':
      return { focus: step(targets, index, 1)?.target ?? null, action: null };
    case 'left':
      if (at?.adjust !== undefined) return stays(at.adjust.less);
      return { focus: at === null ? null : toGroup(targets, at, -1), action: null };
    case 'right':
      if (at?.adjust !== undefined) return stays(at.adjust.more);
      return { focus: at === null ? null : toGroup(targets, at, 1), action: null };
    case 'select':
      return stays(focus);
    case 'louder':
    case 'softer':
    case 'faster':
    case 'slower':
      return stays(VOICE_KEYS[key]);
    case 'screen':
      return stays(dark ? 'screen:on' : 'screen:off');
  }
};
