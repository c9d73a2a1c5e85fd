/** The scenes of a unit that does not run yet, or not at all: legible like all others. */
import { describe, expect, test } from 'vitest';
import type { Locale } from '#firmware/election/definition.ts';
import { FAULT_CODES } from '#firmware/faults/catalogue.ts';
import { START_UP_STAGES } from '#firmware/messages/unit-catalogue.ts';
import { outOfServiceScene, startUpScene } from '#firmware/runtime/start-up-scene.ts';
import { MIN_TEXT_MM } from '#firmware/screen/measure.ts';
import { SMALLEST_PANEL, SMALLEST_UPRIGHT_PANEL } from '#firmware/screen/scene-of.ts';
import { faultsOf } from './legibility.ts';

const LOCALES: readonly Locale[] = ['es', 'en'];

describe.each([SMALLEST_PANEL, SMALLEST_UPRIGHT_PANEL, { widthMm: 217, heightMm: 136 }])(
  'on a panel of $widthMm x $heightMm mm',
  (panel) => {
    test('every stage of the start is named', () => {
      for (const locale of LOCALES)
        for (const stage of START_UP_STAGES)
          expect(faultsOf(startUpScene(stage, locale, panel), panel, MIN_TEXT_MM)).toEqual([]);
    });

    test('every fault says its code, what it is, and what to do', () => {
      for (const locale of LOCALES)
        for (const code of [...FAULT_CODES, 'noSuchCode']) {
          const scene = outOfServiceScene(code, locale, panel);
          expect(faultsOf(scene, panel, MIN_TEXT_MM), code).toEqual([]);
          expect(scene.spoken.join(' ')).toContain(code);
        }
    });
  },
);
