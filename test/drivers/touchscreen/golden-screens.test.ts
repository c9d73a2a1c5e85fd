/** Golden pictures of screens that people meet in the demo election, in half the panel's pixels. */
import { describe, expect, test } from 'vitest';
import type { Panel } from '#hal/touchscreen.ts';
import { DEMO_PATH, loadOwnDefinition } from '#scripts/elections/load.ts';
import { officerScreens, voterScreens } from '#scripts/pictures/screens.ts';
import { expectGolden } from './golden.ts';

const PANEL: Panel = { widthPx: 640, heightPx: 400, widthMm: 216.96, heightMm: 135.6 };
const DEMO = loadOwnDefinition(DEMO_PATH);
const SCREENS = new Map([...voterScreens(DEMO, 'es', PANEL), ...officerScreens(DEMO, 'es', PANEL)]);

describe('golden pictures of the demo election', () => {
  test.each(['cards', 'card', 'review', 'undervote', 'keypad', 'low-power', 'no-network', 'sent'])(
    '%s',
    async (name) => {
      const scene = SCREENS.get(name);
      if (scene === undefined) return expect.fail(`there is no screen ${name}`);
      await expectGolden(`screen-${name}`, scene, PANEL);
    },
  );
});
