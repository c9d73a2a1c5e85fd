/**
 * Everything that can be wrong with a scene for somebody who looks at it or touches it, in words: sizes,
 * room, overlaps, and contrast as the Web Content Accessibility Guidelines (WCAG 2.2) compute it.
 */

import { targetsOf } from '#firmware/screen/hit-test.ts';
import { fits, MIN_GAP_MM, MIN_TARGET_MM, type PanelSize } from '#firmware/screen/measure.ts';
import type { Box, Colour, Scene, SceneNode } from '#hal/scene.ts';

const SLACK = 1e-6;
/** WCAG 2.2: text on its ground (1.4.3), and what can be touched beside what is around it (1.4.11). */
export const TEXT_CONTRAST = 4.5;
export const RIM_CONTRAST = 3;

const channel = (colour: Colour, at: number): number => {
  const value = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
};

const luminance = (colour: Colour): number =>
  0.2126 * channel(colour, 1) + 0.7152 * channel(colour, 3) + 0.0722 * channel(colour, 5);

export const contrast = (one: Colour, other: Colour): number => {
  const [a, b] = [luminance(one), luminance(other)];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
};

const contains = (outer: Box, inner: Box): boolean =>
  inner.x >= outer.x - SLACK &&
  inner.y >= outer.y - SLACK &&
  inner.x + inner.width <= outer.x + outer.width + SLACK &&
  inner.y + inner.height <= outer.y + outer.height + SLACK;

const overlap = (one: Box, other: Box): boolean =>
  one.x < other.x + other.width - SLACK &&
  other.x < one.x + one.width - SLACK &&
  one.y < other.y + other.height - SLACK &&
  other.y < one.y + one.height - SLACK;

/** Distance along the axis on which they are apart; negative: they overlap. */
const gapBetween = (one: Box, other: Box): number =>
  Math.max(
    other.x - (one.x + one.width),
    one.x - (other.x + other.width),
    other.y - (one.y + one.height),
    one.y - (other.y + other.height),
  );

/** Where the display draws a node's tick. */
const tickBox = ({ box }: SceneNode): Box => {
  const size = Math.min(9, Math.max(4, 0.42 * Math.min(box.width, box.height)));
  return {
    x: box.x + box.width - 0.7 - size,
    y: box.y + box.height - 0.7 - size,
    width: size,
    height: size,
  };
};

/** The colour under a node: of the last filled node below it that holds it. */
const groundUnder = (scene: Scene, node: SceneNode): Colour => {
  const below = scene.nodes.slice(0, scene.nodes.indexOf(node));
  const ground = below.findLast(({ box, fill }) => fill !== undefined && contains(box, node.box));
  return ground?.fill ?? scene.background;
};

const targetFaults = (scene: Scene, whole: Box): readonly string[] => {
  const faults: string[] = [];
  const targets = targetsOf(scene);
  for (const [index, { box, target, words }] of targets.entries()) {
    if (!contains(whole, box)) faults.push(`${target} is not inside the panel`);
    if (box.width < MIN_TARGET_MM - SLACK || box.height < MIN_TARGET_MM - SLACK)
      faults.push(`${target} is ${box.width.toFixed(2)} x ${box.height.toFixed(2)}`);
    if ((words ?? '').trim() === '') faults.push(`${target} has no words`);
    for (const other of targets.slice(index + 1)) {
      const gap = gapBetween(box, other.box);
      if (gap < MIN_GAP_MM - SLACK) faults.push(`${target} and ${other.target}: ${gap.toFixed(2)}`);
      if (target === other.target) faults.push(`${target} is there twice`);
    }
  }
  return faults;
};

/** `…` stands in a text that goes on, as in "Imprimiendo…"; alone at the end of a name it says: cut. */
const isCut = (value: string, spoken: readonly string[]): boolean =>
  value.endsWith('…') && !spoken.some((words) => words.includes(value));

const textFaults = (scene: Scene, whole: Box, least: number): readonly string[] => {
  const faults: string[] = [];
  const texts = scene.nodes.filter((node) => node.text !== undefined);
  for (const [index, node] of texts.entries()) {
    const { box, text } = node;
    if (text === undefined) continue;
    const name = `"${text.value}"`;
    if (!contains(whole, box)) faults.push(`${name} is not inside the panel`);
    if (text.height < least - SLACK) faults.push(`${name} is ${text.height.toFixed(2)} high`);
    if (!fits(text.value, box, text.height, text.bold)) faults.push(`${name} does not fit`);
    if (isCut(text.value, scene.spoken)) faults.push(`${name} is cut`);
    const ratio = contrast(text.colour, node.fill ?? groundUnder(scene, node));
    if (ratio < TEXT_CONTRAST) faults.push(`${name} has a contrast of ${ratio.toFixed(2)}`);
    for (const other of texts.slice(index + 1))
      if (overlap(box, other.box)) faults.push(`${name} lies over "${other.text?.value}"`);
    for (const other of scene.nodes) {
      if (other === node || other.text !== undefined) continue;
      if (other.tick === true && overlap(tickBox(other), box)) faults.push(`${name} under a tick`);
      if (other.emblem !== undefined && overlap(other.box, box))
        faults.push(`${name} on an emblem`);
      const solid = other.fill !== undefined && overlap(other.box, box);
      if (solid && !contains(other.box, box)) faults.push(`${name} over an edge`);
    }
  }
  return faults;
};

/** What can be touched stands out from what is around it, by its rim or by its colour. */
const rimFaults = (scene: Scene): readonly string[] =>
  targetsOf(scene).flatMap((node) => {
    const around = groundUnder(scene, node);
    const colours = [node.fill, node.border?.colour].filter((each) => each !== undefined);
    const best = Math.max(...colours.map((each) => contrast(each, around)));
    return best < RIM_CONTRAST ? [`${node.target} stands out by ${best.toFixed(2)}`] : [];
  });

/** Everything that is wrong with a scene; `least`: em size of its smallest text, mm. */
export const faultsOf = (scene: Scene, panel: PanelSize, least: number): readonly string[] => {
  const whole = { x: 0, y: 0, width: panel.widthMm, height: panel.heightMm };
  const faults = [
    ...targetFaults(scene, whole),
    ...textFaults(scene, whole, least),
    ...(scene.name === 'dark' ? [] : rimFaults(scene)),
  ];
  if (scene.spoken.length === 0 || scene.spoken.some((words) => words.trim() === ''))
    faults.push('nothing, or an empty sentence, is spoken');
  return faults;
};
