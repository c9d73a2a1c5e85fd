/**
 * What the screen shows while no machine runs yet that could say what: how far the start has come, or
 * why there is none. It needs no election, since that may be what is missing.
 */
import type { Locale } from '#firmware/election/definition.ts';
import { faultText } from '#firmware/locale/faults.ts';
import { startUpText } from '#firmware/locale/start-up.ts';
import { START_UP_STAGES, type StartUpStage } from '#firmware/messages/unit-catalogue.ts';
import type { Colour, Scene, SceneNode } from '#hal/scene.ts';
import type { Panel } from '#hal/touchscreen.ts';

type Size = Pick<Panel, 'widthMm' | 'heightMm'>;

const MARGIN_MM = 8;
const TITLE_MM = 9;
const TEXT_MM = 5.6;
/** From the top of one line to that of the next, in em, with room for a second line of each text. */
const LINE_EM = 3;
const BAR_MM = 4;
const COLOURS = {
  background: '#eef1f4',
  ink: '#14202b',
  bar: '#0b4f8a',
  rail: '#9aa8b4',
  warning: '#ffe3a3',
  warningInk: '#4d3500',
} as const satisfies Record<string, Colour>;

const line = (
  value: string,
  panel: Size,
  y: number,
  height: number,
  colour: Colour,
  bold: boolean,
): SceneNode => ({
  box: { x: MARGIN_MM, y, width: panel.widthMm - 2 * MARGIN_MM, height: height * LINE_EM },
  text: { value, height, colour, align: 'centre', bold, maxLines: 2 },
});

/** The start has come to `stage`: its name, and a bar of how many stages are behind. */
export const startUpScene = (stage: StartUpStage, locale: Locale, panel: Size): Scene => {
  const title = startUpText(locale, 'starting');
  const words = startUpText(locale, `stage.${stage}`);
  const top = panel.heightMm * 0.3;
  const width = panel.widthMm * 0.6;
  const bar = {
    x: (panel.widthMm - width) / 2,
    y: top + LINE_EM * (TITLE_MM + TEXT_MM),
    width,
    height: BAR_MM,
  };
  const share = (START_UP_STAGES.indexOf(stage) + 1) / (START_UP_STAGES.length + 1);
  return {
    name: 'startUp',
    background: COLOURS.background,
    nodes: [
      line(title, panel, top, TITLE_MM, COLOURS.ink, true),
      line(words, panel, top + LINE_EM * TITLE_MM, TEXT_MM, COLOURS.ink, false),
      { box: bar, fill: COLOURS.rail },
      { box: { ...bar, width: width * share }, fill: COLOURS.bar },
    ],
    spoken: [title, words],
  };
};

/** Nothing runs, and why: the code, what it means, what to do. */
export const outOfServiceScene = (code: string, locale: Locale, panel: Size): Scene => {
  const { explanation, remedy } = faultText(locale, code);
  const title = startUpText(locale, 'outOfService');
  const lines = [startUpText(locale, 'code', { code }), explanation, remedy];
  const top = panel.heightMm * 0.15;
  return {
    name: 'outOfService',
    background: COLOURS.warning,
    nodes: [
      line(title, panel, top, TITLE_MM, COLOURS.warningInk, true),
      ...lines.map((words, index) =>
        line(
          words,
          panel,
          top + LINE_EM * (TITLE_MM + index * TEXT_MM),
          TEXT_MM,
          COLOURS.warningInk,
          index === 0,
        ),
      ),
    ],
    spoken: [title, ...lines],
  };
};
