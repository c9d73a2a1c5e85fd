/**
 * A day of twelve voters with known IDs and known choices, among them a null vote, an expired one and a
 * voter who left, seen by one who reads every byte that was ever written to a medium and every byte
 * between desk and booth. Identity and choice meet nowhere, and nothing tells what a vote was.
 */
import { beforeAll, describe, expect, test } from 'vitest';
import type { Message } from '#firmware/messages/catalogue.ts';
import { makeFrameReader } from '#firmware/messages/frame.ts';
import { mayBeLogged } from '#firmware/runtime/booth-runtime.ts';
import { type DayOutcome, runDay } from '#scripts/day/run-day.ts';
import { loadOwnDefinition, SMALL_PATH } from '#scripts/elections/load.ts';

const VOTERS = 12;
/** Of the processor, with both cores busy. */
const DAY_LIMIT_MS = 60_000;
const definition = loadOwnDefinition(SMALL_PATH);

type Written = { readonly path: string; readonly bytes: Uint8Array };
type Crossed = {
  readonly to: 'desk' | 'booth';
  readonly kind: Message['kind'];
  readonly length: number;
};

const written: Written[] = [];
const chunks: { readonly to: 'desk' | 'booth'; readonly bytes: Uint8Array }[] = [];
let outcome: DayOutcome;

beforeAll(async () => {
  outcome = await runDay({
    definition,
    voters: VOTERS,
    seed: 5,
    locale: 'es',
    pinCost: { N: 2, r: 1, p: 1 },
    observe: {
      onWrite: (path, bytes) => written.push({ path, bytes: bytes.slice() }),
      onCrossing: (to, bytes) => chunks.push({ to, bytes: bytes.slice() }),
    },
  });
}, DAY_LIMIT_MS);

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');
const writtenBy = (folder: string): readonly Written[] =>
  written.filter(({ path }) => path.startsWith(`${folder}/`));

/** `V-12345678` as it stands on paper, and as a key of a file or a number might have it. */
const formsOf = (nationalId: string): readonly string[] => [
  nationalId,
  nationalId.replace('-', ''),
  nationalId.slice(2),
];
const formsOfVoters = (): readonly string[] =>
  outcome.provision.pollbook.voters.flatMap(({ nationalId, name }) => [
    ...formsOf(nationalId),
    Buffer.from(name).toString('latin1'),
  ]);

/** Messages in the order of their arrival; the link is fast enough to bring each whole. */
const crossed = (): readonly Crossed[] =>
  chunks.map(({ to, bytes }) => {
    const kinds: Message['kind'][] = [];
    makeFrameReader(({ kind }) => kinds.push(kind), String)(bytes);
    const [kind, ...more] = kinds;
    if (kind === undefined || more.length > 0) throw new Error(`not one message to the ${to}`);
    return { to, kind, length: bytes.length };
  });

const lengthsOf = (path: RegExp): ReadonlySet<number> =>
  new Set(written.filter((one) => path.test(one.path)).map(({ bytes }) => bytes.length));

type Entry = { readonly t: string; readonly id: string; readonly f: unknown };
const entries = (): readonly Entry[] =>
  text(outcome.media.removable.get('log/event-log/log.jsonl') ?? new Uint8Array(0))
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Entry);

describe('a day seen by one who reads every byte', () => {
  test('holds the votes that it is about: full, null, expired, left', () => {
    const behaviours = outcome.plans.map(({ behaviour }) => behaviour);
    for (const wanted of ['full', 'undervote', 'blank', 'expires', 'leaves'])
      expect(behaviours).toContain(wanted);
    expect(outcome.confirmed).toHaveLength(VOTERS);
    for (const folder of ['desk', 'booth', 'log'])
      expect(writtenBy(folder).length).toBeGreaterThan(0);
    expect(written.every(({ path }) => /^(desk|booth|log)\//.test(path))).toBe(true);
  });

  test('no voter stands in anything written, nor in what the booth hears', () => {
    const forms = formsOfVoters();
    const heard = chunks.filter(({ to }) => to === 'booth');
    for (const { bytes } of [...written, ...heard]) {
      const seen = text(bytes);
      expect(forms.filter((form) => seen.includes(form))).toEqual([]);
    }
  });

  test('no card, candidate or option stands in what desk and log write, nor on the link', () => {
    const names = [...definition.cards, ...definition.candidates, ...definition.contests].map(
      ({ id }) => new RegExp(`(?<![\\w-])${id}(?![\\w-])`),
    );
    const choices = [/option/i, /candidat/i, /contest/i, /null(?!:)/i, /nulo/i, /expired/i];
    const link = chunks.filter(({ bytes }) => !text(bytes).includes('pollbookKey'));
    for (const { bytes } of [...writtenBy('log'), ...link])
      for (const sign of [...names, ...choices]) expect(text(bytes)).not.toMatch(sign);
    for (const { bytes } of writtenBy('desk'))
      for (const name of names) expect(text(bytes)).not.toMatch(name);
  });

  test('each kind of message has one length', () => {
    const lengths = new Map<string, Set<number>>();
    for (const { kind, length } of crossed())
      lengths.set(kind, (lengths.get(kind) ?? new Set()).add(length));
    expect(lengths.get('admission')).toHaveLength(1);
    for (const kind of ['idle', 'completed', 'acknowledged'])
      expect(lengths.get(kind)).toHaveLength(1);
  });

  test('each visit crosses the link alike', () => {
    const kinds = crossed().map(({ kind }) => kind);
    const voting = kinds.slice(kinds.indexOf('admission'), kinds.lastIndexOf('idle') + 1);
    const visit = ['admission', 'completed', 'acknowledged', 'idle'];
    expect(voting).toEqual(Array.from({ length: VOTERS }, () => visit).flat());
  });

  test('pending records, urns and journals have one length each, whatever the vote', () => {
    for (const path of [/\/pending/, /\/urn-/, /\/journal-/]) {
      expect(written.filter((one) => path.test(one.path)).length).toBeGreaterThan(VOTERS);
      expect(lengthsOf(path)).toHaveLength(1);
    }
  });

  test('the log has the same entries for every vote, by the quarter of the hour', () => {
    const log = entries();
    const count = (id: string): number => log.filter((entry) => entry.id === id).length;
    for (const id of ['voterAdmitted', 'ballotCast', 'voterMarked']) expect(count(id)).toBe(VOTERS);
    const first = log.findIndex(({ id }) => id === 'voterAdmitted');
    const last = log.findLastIndex(({ id }) => id === 'voterMarked');
    let visit: string[] | null = null;
    const visits: string[] = [];
    for (const { id, t, f } of log.slice(first, last + 1)) {
      if (id === 'voterAdmitted') visit = [];
      if (visit === null) continue;
      // A fault of the printer is told with its minute; it strikes whom it strikes.
      if (/^(printFault|printRecovered|recordReprinted|paper|checkpointSigned)/.test(id)) continue;
      visit.push(`${id} ${JSON.stringify(f)}`);
      expect(t).toMatch(/:(00|15|30|45)Z$/);
      if (id !== 'voterMarked') continue;
      visits.push(visit.join());
      visit = null;
    }
    expect(visits).toHaveLength(VOTERS);
    expect(new Set(visits)).toEqual(
      new Set(['voterAdmitted {},recordPrinted {},ballotCast {},voterMarked {}']),
    );
  });

  test('a refusal while a ballot is open, or has expired, is not for the log', () => {
    for (const stage of ['ballot', 'expired', 'preparing'] as const)
      expect(mayBeLogged(stage)).toBe(false);
    expect(mayBeLogged('waiting')).toBe(true);
  });
});
