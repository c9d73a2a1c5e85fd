/**
 * An offer as a folder that other programs read: `ballot-definition.json` by NIST SP 1500-20, and beside it
 * `settings.json`, what that standard has no place for (nist-ballot.ts, `OfferSettings`).
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DefinitionError } from '#firmware/election/decoder.ts';
import { MAX_OFFER_BYTES } from '#firmware/nation/limits.ts';
import { jsonObject } from '#firmware/vault/bytes.ts';
import {
  collectMistakes,
  OFFER_FILE,
  type ReadElection,
  readElectionFolder,
  readText,
} from './election-folder.ts';
import { nistBallot, type OfferSettings, settingsOf } from './nist-ballot.ts';
import { readNistBallot } from './read-nist-ballot.ts';
import { writeWholeFolder } from './whole-folder.ts';
import { offerText } from './write-election.ts';

export const BALLOT_FILE = 'ballot-definition.json';
export const SETTINGS_FILE = 'settings.json';

const documentText = (document: unknown): string => `${JSON.stringify(document, null, 1)}\n`;

/** Out of an election folder; mistakes in it, and then nothing is written. `at`: now, ISO 8601 with offset. */
export const exportNist = (
  election: string,
  out: string,
  at: string,
): readonly DefinitionError[] => {
  const mistakes = collectMistakes();
  const read: ReadElection | null = readElectionFolder(election, mistakes.report);
  if (read === null || mistakes.count() > 0) return mistakes.list();
  writeWholeFolder(out, (folder) => {
    const document = nistBallot(read.offer, read.places, at);
    writeFileSync(join(folder, BALLOT_FILE), documentText(document));
    writeFileSync(join(folder, SETTINGS_FILE), documentText(settingsOf(read.offer)));
    return true;
  });
  return [];
};

const readJson = (
  folder: string,
  file: string,
  report: (path: string, message: string) => void,
) => {
  const text = readText(folder, file, MAX_OFFER_BYTES, report);
  const json = text === null ? null : jsonObject(text);
  if (text !== null && json === null) report(file, 'is not a JSON object');
  return json;
};

/** Into a new folder with `election.json`; the tables beside it are the authority's to write. */
export const importNist = (given: string, out: string): readonly DefinitionError[] => {
  const mistakes = collectMistakes();
  const document = readJson(given, BALLOT_FILE, mistakes.report);
  const settings = readJson(given, SETTINGS_FILE, mistakes.report);
  if (document === null || settings === null) return mistakes.list();
  // What the settings are is judged with the offer that they become part of.
  const offer = readNistBallot(document, settings as unknown as OfferSettings);
  if (!offer.ok)
    return offer.error.map(({ path, message }) => ({ path: `${BALLOT_FILE}: ${path}`, message }));
  writeWholeFolder(out, (folder) => {
    writeFileSync(join(folder, OFFER_FILE), offerText(offer.value));
    return true;
  });
  return [];
};
