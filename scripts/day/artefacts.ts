/**
 * What a day leaves in a folder: papers as text and picture, the signed result, the event log, the
 * media as they are. Written when everything is over, papers in random order.
 */
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { renderPng, renderText } from '#drivers/printer/emulator/render.ts';
import type { PaperPiece } from '#drivers/printer/emulator.ts';
import { RESULT_FOLDER } from '#firmware/runtime/booth-counting.ts';
import { publicKeyPem } from '#firmware/vault/keys.ts';
import { RESULT_FILES } from '#firmware/vault/result-package.ts';
import { UsageError } from '../commands/options.ts';
import { authorityPublicKey } from './provision.ts';
import type { DayOutcome } from './run-day.ts';

/** Says that a folder was written by a day, and may be written anew by the next one. */
export const DAY_FILE = 'day.json';
/** The authority's public key: all that is needed to check a report or a result from outside. */
export const AUTHORITY_KEY_FILE = 'authority-key.pem';
export const EVENT_LOG = 'event-log';
/** The event log by its path on the memory module. */
export const LOG_ON_MODULE = 'log/event-log/log.jsonl';
/** Pictures drawn at a time: as many as there are cores to encode them. */
const DRAWN_AT_ONCE = 2;

/** What of a day goes into the folder. */
export type DayPapers = Pick<DayOutcome, 'provision' | 'reports' | 'box' | 'envelope' | 'media'>;

/** Makes `folder` ready: new, empty, or left by an earlier day. */
export const prepareFolder = async (folder: string): Promise<void> => {
  const found = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [] as string[];
    throw new UsageError(`--out ${folder} can not be used: ${error.message}`);
  });
  if (found.length > 0 && !found.some((name) => name === DAY_FILE))
    throw new UsageError(`--out ${folder} holds something else; name a new or an empty folder`);
  await Promise.all(found.map((name) => rm(join(folder, name), { recursive: true })));
  await mkdir(folder, { recursive: true }).catch((error: Error) => {
    throw new UsageError(`--out ${folder} can not be made: ${error.message}`);
  });
};

const put = async (folder: string, name: string, content: string | Uint8Array): Promise<void> => {
  const path = join(folder, name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
};

const putPaper = async (folder: string, name: string, piece: PaperPiece): Promise<void> => {
  await put(folder, `${name}.txt`, `${renderText(piece)}\n`);
  await put(folder, `${name}.png`, await renderPng(piece));
};

/** Files of one process on the removable medium, which carries the result to the authority. */
const onModule = (outcome: Pick<DayPapers, 'media'>, path: string): Uint8Array => {
  const found = outcome.media.removable.get(path);
  if (found === undefined) throw new Error(`the module does not hold ${path}`);
  return found;
};

export const resultFile = (
  outcome: Pick<DayPapers, 'media'>,
  name: keyof typeof RESULT_FILES,
): Uint8Array => onModule(outcome, `booth/${RESULT_FOLDER}/${RESULT_FILES[name]}`);

export const writeArtefacts = async (
  folder: string,
  outcome: DayPapers,
  onPaper: (done: number, of: number) => void,
): Promise<void> => {
  const { provision, reports, box, envelope, media } = outcome;
  const [tally, ...copies] = reports.tally;
  if (tally === undefined) throw new Error('no tally report was printed');
  await putPaper(folder, 'readiness-report', reports.readiness);
  await putPaper(folder, 'zero-report', reports.zero);
  await putPaper(folder, 'tally-report', tally);
  if (reports.receipt !== null) await putPaper(folder, 'receipt', reports.receipt);
  for (const [index, copy] of copies.entries())
    await put(folder, `tally-report-copy-${index + 2}.txt`, `${renderText(copy)}\n`);
  for (const name of ['package', 'signature', 'machineKey'] as const)
    await put(folder, RESULT_FILES[name], resultFile(outcome, name));
  await put(folder, AUTHORITY_KEY_FILE, publicKeyPem(authorityPublicKey(provision)));
  await put(folder, EVENT_LOG, onModule(outcome, LOG_ON_MODULE));
  for (const medium of ['fixed', 'removable'] as const)
    for (const [path, bytes] of media[medium])
      await put(join(folder, 'media', medium), path, bytes);

  const papers = [...box, ...envelope];
  const digits = String(papers.length).length;
  let next = 0;
  const draw = async (): Promise<void> => {
    for (let at = next++; at < papers.length; at = next++) {
      const piece = papers[at];
      if (piece === undefined) return;
      const name = String(at + 1).padStart(digits, '0');
      await putPaper(join(folder, 'paper-records'), name, piece);
      onPaper(at + 1, papers.length);
    }
  };
  await Promise.all(Array.from({ length: DRAWN_AT_ONCE }, draw));
};
