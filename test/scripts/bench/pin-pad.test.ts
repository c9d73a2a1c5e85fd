/** The PIN pad is found on the screen as a person finds it, whatever was chosen before. */
import { describe, expect, test } from 'vitest';
import { loadRaster } from '#drivers/touchscreen/raster.ts';
import {
  CONTRASTS,
  DEFAULT_AIDS,
  initialState,
  type OfficerCheck,
  type Stage,
  TEXT_SIZES,
} from '#firmware/booth/state.ts';
import type { Locale } from '#firmware/election/definition.ts';
import { targetsOf } from '#firmware/screen/hit-test.ts';
import { sceneOf } from '#firmware/screen/scene-of.ts';
import type { ScreenSource } from '#scripts/bench/frame-buffer-screen.ts';
import { makePadFinder } from '#scripts/bench/robots/pin-pad.ts';
import { loadOwnDefinition, SMALL_PATH } from '#scripts/elections/load.ts';

const PANEL = { widthPx: 640, heightPx: 400, widthMm: 216.96, heightMm: 135.6 };
const small = loadOwnDefinition(SMALL_PATH);

let shown = new Uint8Array(0);
const SCREEN: ScreenSource = {
  ...PANEL,
  pixels: () => Promise.resolve(shown),
  onChange: () => () => undefined,
};
const findPad = makePadFinder(SCREEN, small, 'es');

/** Puts a stage on the screen; where its targets are. */
const show = async (
  stage: Stage,
  locale: Locale,
  text: (typeof TEXT_SIZES)[number],
  contrast: (typeof CONTRASTS)[number],
) => {
  const settings = { ...DEFAULT_AIDS.settings, text, contrast };
  const state = { ...initialState(locale), stage, aids: { ...DEFAULT_AIDS, settings } };
  const scene = sceneOf(state, small, PANEL);
  shown = (await loadRaster()).draw(scene, PANEL).slice();
  return targetsOf(scene);
};

const asking = (purpose: OfficerCheck['purpose']): OfficerCheck => ({
  purpose,
  step: 'enterPin',
  pin: '',
  refusal: null,
});

describe.each(CONTRASTS)('in the contrast %s', (contrast) => {
  test.each(TEXT_SIZES)('and the text size %s', async (text) => {
    const stages: readonly Stage[] = [
      { name: 'officer', check: asking('menu') },
      { name: 'resuming', check: asking('resume') },
      { name: 'confirmVoter', attempt: null, check: asking('confirmVoter') },
    ];
    for (const locale of ['es', 'en'] as const)
      for (const stage of stages) {
        const targets = await show(stage, locale, text, contrast);
        const seen = await findPad();
        if (seen === null) return expect.fail(`no pad: ${locale} ${stage.name}`);
        const seven = targets.find(({ target }) => target === 'pin:7')?.box;
        const spot = await seen.eyes.spot(seen.pad, 'pin:7');
        expect(spot).toEqual({
          xMm: (seven?.x ?? 0) + (seven?.width ?? 0) / 2,
          yMm: (seven?.y ?? 0) + (seven?.height ?? 0) / 2,
        });
      }
  });
});

test('where there is none, none is found', async () => {
  await show({ name: 'waiting' }, 'es', 'large', 'soft');
  expect(await findPad()).toBeNull();
});
