/**
 * What the screen shows while no machine runs yet that could say what: how far the start has come, or
 * why there is none. It needs no election, since that may be what is missing.
 */
import type { Locale } from '#firmware/election/definition.ts';
import { mendingLines } from '#firmware/locale/fault-help.ts';
import { faultText } from '#firmware/locale/faults.ts';
import { startUpText } from '#firmware/locale/start-up.ts';
import { START_UP_STAGES, type StartUpStage } from '#firmware/messages/unit-catalogue.ts';
import { bareScene } from '#firmware/screen/notice.ts';
import type { Scene } from '#hal/scene.ts';
import type { Panel } from '#hal/touchscreen.ts';

type Size = Pick<Panel, 'widthMm' | 'heightMm'>;

/** The start has come to `stage`: its name, and a bar of how many stages are behind. */
export const startUpScene = (stage: StartUpStage, locale: Locale, panel: Size): Scene =>
  bareScene(panel, 'startUp', {
    title: startUpText(locale, 'starting'),
    status: [startUpText(locale, `stage.${stage}`)],
    progress: { done: START_UP_STAGES.indexOf(stage) + 1, of: START_UP_STAGES.length + 1 },
    sign: 'wait',
  });

/** Nothing runs, and why: the code, what it means, what to do. */
export const outOfServiceScene = (code: string, locale: Locale, panel: Size): Scene => {
  const { explanation, remedy } = faultText(locale, code);
  return bareScene(panel, 'outOfService', {
    title: startUpText(locale, 'outOfService'),
    lines: [startUpText(locale, 'code', { code }), explanation, remedy],
    ifRoom: mendingLines(locale, code),
    tone: 'warning',
  });
};
