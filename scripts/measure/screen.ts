/** The figures of the screen: how soon it answers, what drawing costs, what its processes weigh. */
import type { MediumPace } from '#drivers/storage/emulator-medium.ts';
import { DEMO_PATH, loadOwnDefinition } from '../elections/load.ts';
import { type Figure, figureOf, holdTo } from './figure.ts';
import { measureDrawing } from './screen-drawing.ts';
import { measureProcesses } from './screen-processes.ts';
import { measureVisits } from './screen-visits.ts';

const FRAME_LIMIT_MS = { median: 10, p99: 50 } as const;
const PRINT_LIMIT_MS = 25;
/** The first ones go through the cards; the others are for the time to the print. */
const VOTERS_ON_FILES = 12;
const VOTERS_ON_SLOW_CARD = 12;

/** A slow memory card: 10 ms a sync, 10 MB/s. */
const SLOW_CARD: MediumPace = {
  operationMs: 0,
  syncMs: 10,
  readBytesPerMs: 10_000,
  writeBytesPerMs: 10_000,
};

export const measureScreen = async (
  onProgress: (words: string, done: number, of: number) => void,
): Promise<readonly Figure[]> => {
  const definition = loadOwnDefinition(DEMO_PATH);
  const cards = definition.cards.length;
  const visit = (words: string, voters: number, pace: MediumPace | null) => {
    onProgress(words, 0, voters);
    return measureVisits(definition, voters, pace, (done) => onProgress(words, done, voters));
  };
  const files = await visit('voters, media as files', VOTERS_ON_FILES, null);
  const slow = await visit('voters, slow cards', VOTERS_ON_SLOW_CARD, SLOW_CARD);
  onProgress('drawing', 0, 1);
  const drawing = await measureDrawing(files.ballots);
  onProgress('processes', 0, 1);
  const processes = await measureProcesses(definition);
  const { median, p99 } = FRAME_LIMIT_MS;
  const confirming = 'confirming touch to first byte at the printer';
  return [
    holdTo(
      figureOf(`touch to changed frame, ${cards} cards`, 'ms', files.touchToFrameMs),
      median,
      p99,
    ),
    holdTo(figureOf(`${confirming}, files`, 'ms', files.confirmToPrintMs), PRINT_LIMIT_MS),
    figureOf(`${confirming}, slow cards`, 'ms', slow.confirmToPrintMs),
    ...drawing,
    ...processes,
  ];
};
