/** A national election written as the folder that `election-folder.ts` reads. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PollbookEntry } from '#firmware/desk/pollbook.ts';
import { type NationalElection, type NationalOffer, precinctIdOf } from '#firmware/nation/offer.ts';
import { POLLBOOK_TABLE, PRINTS_TABLE } from '#firmware/nation/pollbook-table.ts';
import {
  OFFICERS_FILE,
  OFFICERS_TABLE,
  PLACES_FILE,
  PLACES_TABLE,
  PRECINCTS_FILE,
  PRECINCTS_TABLE,
} from '#firmware/nation/tables.ts';
import { officerFinger, type TemplateOf } from '../elections/pollbook.ts';
import { isKept } from './apportion.ts';
import {
  OFFER_FILE,
  POLLBOOKS_FOLDER,
  PRINTS_FOLDER,
  pollbookFile,
  printsFile,
} from './election-folder.ts';

const PRIVATE_FOLDER = { mode: 0o700, recursive: true } as const;
const PRIVATE_FILE = { mode: 0o600 } as const;

export const offerText = (offer: NationalOffer): string => `${JSON.stringify(offer, null, 1)}\n`;

export type WrittenVoters = {
  readonly votersOf: (index: number) => readonly PollbookEntry[];
  /** So many precincts get a pollbook, evenly spaced over the country. */
  readonly pollbooks: number;
  /** For the officers' prints; null: they have none. */
  readonly templateOf: TemplateOf | null;
};

/** Into a folder that is there and empty. */
export const writeElection = (
  folder: string,
  { offer, places, precincts }: NationalElection,
  { votersOf, pollbooks, templateOf }: WrittenVoters,
  onPollbook: (done: number, of: number) => void = () => undefined,
): void => {
  const put = (file: string, text: string): void => writeFileSync(join(folder, file), text);
  put(OFFER_FILE, offerText(offer));
  put(PLACES_FILE, PLACES_TABLE.text(places));
  put(PRECINCTS_FILE, PRECINCTS_TABLE.text(precincts));
  put(
    OFFICERS_FILE,
    OFFICERS_TABLE.text(
      precincts.flatMap((precinct) =>
        precinct.officers.map((officer) => ({ precinct: precinctIdOf(precinct), ...officer })),
      ),
    ),
  );
  mkdirSync(join(folder, POLLBOOKS_FOLDER), PRIVATE_FOLDER);
  if (templateOf !== null) mkdirSync(join(folder, PRINTS_FOLDER), PRIVATE_FOLDER);
  let written = 0;
  precincts.forEach((precinct, index) => {
    if (!isKept(index, precincts.length, pollbooks)) return;
    const id = precinctIdOf(precinct);
    const text = POLLBOOK_TABLE.text(votersOf(index));
    writeFileSync(join(folder, pollbookFile(id)), text, PRIVATE_FILE);
    if (templateOf !== null) {
      const prints = precinct.officers.map((officer) => ({
        officerId: officer.id,
        template: templateOf(officerFinger(officer.id)),
      }));
      writeFileSync(join(folder, printsFile(id)), PRINTS_TABLE.text(prints), PRIVATE_FILE);
    }
    written += 1;
    onPollbook(written, pollbooks);
  });
};
