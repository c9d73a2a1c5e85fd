/**
 * What is said: a comparison of what was there before with what is there now. A new scene says its
 * title, what it holds and how to go on; a step of the focus says what is in focus; a change says what
 * changed. Whoever did not turn the voice on hears nothing. Pure.
 */
import type { VoterSettings } from '#firmware/booth/aids.ts';
import type { Locale } from '#firmware/election/definition.ts';
import { type ScreenTextKey, screenText } from '#firmware/locale/screen.ts';
import type { TextParams } from '#firmware/locale/text.ts';
import type { Scene } from '#hal/scene.ts';
import { targetsOf } from './hit-test.ts';

/** All that the voice knows: the scene under a dark screen too. */
export type Audible = {
  readonly scene: Scene;
  readonly settings: VoterSettings;
  readonly locale: Locale;
};

/** Sentences to say now, silence at once, or null: nothing new. */
export type Utterance = readonly string[] | 'silence' | null;

const focusWords = (scene: Scene): readonly string[] => {
  if (scene.focus === undefined) return [];
  const node = targetsOf(scene).find(({ target }) => target === scene.focus);
  return node === undefined ? [] : [node.words ?? node.text?.value ?? ''];
};

const announcementOf = (scene: Scene): readonly string[] => scene.announcement ?? scene.spoken;

/** Everything about a scene that somebody hears for the first time. */
const entry = (scene: Scene): readonly string[] => [
  ...announcementOf(scene),
  ...(scene.status ?? []),
  ...focusWords(scene),
];

const alike = (some: readonly string[], others: readonly string[]): boolean =>
  some.length === others.length && some.every((words, index) => words === others[index]);

type Say = (key: ScreenTextKey, params?: TextParams) => string;

/** A setting of the voice or the screen was changed: what it is now. */
const settingWords = (before: VoterSettings, now: VoterSettings, say: Say): readonly string[] => [
  ...(before.volume === now.volume ? [] : [say('voiceVolume', { value: now.volume })]),
  ...(before.rate === now.rate ? [] : [say('voiceRate', { value: now.rate })]),
  ...(before.dark === now.dark ? [] : [say(now.dark ? 'darkTitle' : 'darkOn')]),
  ...(before.text === now.text ? [] : [`${say('settingText')}: ${say(`text.${now.text}`)}`]),
  ...(before.contrast === now.contrast
    ? []
    : [`${say('settingContrast')}: ${say(`contrast.${now.contrast}`)}`]),
];

/** In one scene: what is new of the focus and of what may change. */
const news = (before: Scene, now: Scene): readonly string[] => {
  const focus = focusWords(now);
  const moved = before.focus !== now.focus || !alike(focusWords(before), focus);
  const known = before.status ?? [];
  const changed = (now.status ?? []).filter((words) => !known.includes(words));
  return [...(moved ? focus : []), ...changed];
};

export const utterance = (before: Audible | null, now: Audible): Utterance => {
  const { scene, settings, locale } = now;
  if (!settings.sound) return before?.settings.sound === true ? 'silence' : null;
  const say: Say = (key, params) => screenText(locale, key, params);
  if (before === null || !before.settings.sound)
    return [say('voiceOn'), say('voiceKeys'), ...entry(scene)];
  const confirmed = settingWords(before.settings, settings, say);
  const same = alike(announcementOf(before.scene), announcementOf(scene));
  const sentences = same ? news(before.scene, scene) : entry(scene);
  const all = [...confirmed, ...sentences].filter((words) => words.trim() !== '');
  return all.length === 0 ? null : all;
};
