/**
 * The focus of the five-key keypad: an order that is the reading order of the scene, groups that left
 * and right jump between, and what each key means where the focus is. Selecting does what a touch does.
 */
import type { Scene } from '#hal/scene.ts';
import type { TactileKey } from '#hal/tactile-keypad.ts';
import { type TargetNode, targetsOf } from './hit-test.ts';

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

/** The scene with its focus marked: the display draws a ring around it, and nothing else changes. */
export const withFocus = (scene: Scene, wanted: string | null): Scene => {
  const found = focusIn(scene, wanted);
  if (found === null) return scene;
  const nodes = scene.nodes.map((node) => (node === found ? { ...node, focus: true } : node));
  return { ...scene, focus: found.target, nodes };
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
