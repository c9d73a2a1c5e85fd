/**
 * The sending over a unit's private channels: what the supervisor lets out and when, and what becomes of it
 * when one of the processes dies. The receiver judges what comes as every receiver does.
 */
import { describe, expect, test } from 'vitest';
import { makeSendingSide } from '#boot/supervisor/sending-side.ts';
import type { StartedUnit } from '#boot/supervisor/start-up.ts';
import { makeSeededEntropy } from '#drivers/system/seeded-entropy.ts';
import type { ToBooth } from '#firmware/messages/unit-catalogue.ts';
import { signAppointment } from '#firmware/transmission/appointment.ts';
import { makeEd25519KeyPair } from '#firmware/vault/keys.ts';
import { ok } from '#hal/result.ts';
import { resultFile } from '#scripts/day/artefacts.ts';
import { type DayOutcome, runDay } from '#scripts/day/run-day.ts';
import type { DayUnit, UnitOptions } from '#scripts/day/unit.ts';
import { loadOwnDefinition, SMALL_PATH } from '#scripts/elections/load.ts';
import { type MemoryUnit, startUnitInMemory } from './unit-in-memory.ts';

const PRECINCT = loadOwnDefinition(SMALL_PATH);
/** A short day: the hours in which nobody votes show nothing new. */
const definition = {
  ...PRECINCT,
  calendar: { ...PRECINCT.calendar, closesAt: PRECINCT.calendar.opensAt.replace('T06', 'T07') },
};

const dayWith = (startUnit: (options: UnitOptions) => Promise<DayUnit>): Promise<DayOutcome> =>
  runDay({
    definition,
    voters: 3,
    seed: 4,
    locale: 'es',
    pinCost: { N: 2, r: 1, p: 1 },
    startUnit,
  });

const logOf = ({ media }: DayOutcome): readonly string[] =>
  new TextDecoder()
    .decode(media.fixed.get('log/event-log/log.jsonl'))
    .split('\n')
    .flatMap((line) => /"id":"(\w+)"/.exec(line)?.[1] ?? []);

describe('a unit in its processes', () => {
  test('sends after the last original of the tally report, with the network on for that alone', async () => {
    const units: MemoryUnit[] = [];
    const outcome = await dayWith((options) =>
      startUnitInMemory(options, (unit) => units.push(unit)),
    );
    const ids = logOf(outcome);
    const [on, off] = [ids.indexOf('networkEnabled'), ids.indexOf('networkDisabled')];
    expect(on).toBeGreaterThan(ids.lastIndexOf('tallyReportPrinted'));
    expect(on).toBeGreaterThan(ids.lastIndexOf('resultPackageWritten'));
    expect(ids.indexOf('resultsAcknowledged')).toBeGreaterThan(on);
    expect(off).toBeGreaterThan(on);
    expect(ids.filter((id) => id === 'networkEnabled')).toHaveLength(1);
    const senders = units
      .flatMap(({ processes }) => processes)
      .filter(({ body }) => body === 'sender');
    expect(senders).toHaveLength(1);
    expect(senders[0]?.alive()).toBe(false);
    expect(outcome.media.removable.get('booth/result/receipt.signed')).toBeDefined();
    expect(resultFile(outcome, 'package').length).toBeGreaterThan(500);
  });

  test('starts the sender anew a minute after it died', async () => {
    let deaths = 2;
    const outcome = await dayWith((options) =>
      startUnitInMemory({
        ...options,
        stillborn: (body) => (body === 'sender' && deaths-- > 0 ? 'dies' : null),
      }),
    );
    const ids = logOf(outcome);
    expect(ids.filter((id) => id === 'transmissionFailed')).toHaveLength(2);
    expect(ids.filter((id) => id === 'networkEnabled')).toHaveLength(3);
    expect(ids.filter((id) => id === 'networkDisabled')).toHaveLength(3);
    expect(ids).toContain('resultsAcknowledged');
  });

  test('goes on sending with a new booth when the booth dies in the middle', async () => {
    let killed = false;
    const outcome = await dayWith((options) => {
      const { transmission } = options;
      if (transmission === undefined) throw new Error('the day has no transmission');
      let unit: MemoryUnit | null = null;
      const network = {
        ...transmission.network,
        post: (...message: Parameters<typeof transmission.network.post>) => {
          // The message is on its way: both ends of it go on without the booth.
          if (!killed) unit?.process('booth').kill();
          killed = true;
          return transmission.network.post(...message);
        },
      };
      return startUnitInMemory(
        { ...options, transmission: { ...transmission, network } },
        (started) => {
          unit = started;
        },
      );
    });
    expect(killed).toBe(true);
    const ids = logOf(outcome);
    expect(ids.filter((id) => id === 'processFailed')).toHaveLength(1);
    expect(ids.filter((id) => id === 'resultsAcknowledged')).toHaveLength(1);
    expect(ids.lastIndexOf('networkDisabled')).toBeGreaterThan(ids.lastIndexOf('networkEnabled'));
  });

  test.each([
    ['nobody’s', (bytes: Uint8Array) => bytes.map((byte, at) => (at === 40 ? byte ^ 1 : byte))],
    ['of another election', null],
  ] as const)(
    'does not run with an appointment that is %s, and names it',
    async (_what, change) => {
      const day = dayWith((options) => {
        const key = options.provision.authority.signing.privateKey;
        const url = 'https://centro.example:8443';
        const receiver = makeEd25519KeyPair(makeSeededEntropy(1, 'receiver')).publicKey;
        const election = change === null ? 'another' : definition.id;
        const signed = signAppointment({ election, url, key: receiver }, key);
        const receivers = new Map([['caracas.signed', change === null ? signed : change(signed)]]);
        return startUnitInMemory({ ...options, receivers });
      });
      await expect(day).rejects.toThrow(/machine\.notDelivered receivers\/caracas\.signed/);
    },
  );
});

describe('the supervisor', () => {
  test('lets nothing out before the booth says that the polls are counted', async () => {
    const said: ToBooth[] = [];
    const switched: boolean[] = [];
    let started = 0;
    const unit = {
      receivers: [{}],
      opened: {
        board: {
          network: {
            set: (on: boolean) => {
              switched.push(on);
              return Promise.resolve(ok(undefined));
            },
          },
        },
      },
    } as unknown as StartedUnit;
    const side = makeSendingSide({
      startProcess: () => {
        started++;
        throw new Error('nothing is to be started');
      },
      unit: () => unit,
      record: () => undefined,
      toBooth: (message) => said.push(message),
      guard: () => undefined,
    });
    for (const phase of ['setup', 'readyToOpen', 'open', 'closed'] as const) {
      side.phase(phase);
      side.sendResult(3);
      side.portion({ kind: 'portion', data: 'AAAA' });
    }
    await side.stop();
    expect(said).toEqual(
      Array.from({ length: 4 }, () => ({ kind: 'senderEnded', why: 'notCounted' })),
    );
    expect(started).toBe(0);
    expect(switched).not.toContain(true);
  });
});
