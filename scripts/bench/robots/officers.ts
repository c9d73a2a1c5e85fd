/**
 * Robots as officers: they carry tokens, know PINs, read the screen and touch it, on the very machine
 * that stands on the bench. They spare a visitor the officers' part of the day.
 */
import {
  type OfficerCheck,
  type OfficerPurpose,
  SELF_CHECKS,
  type Stage,
} from '#firmware/booth/state.ts';
import type { DispatchState } from '#firmware/dispatch/state.ts';
import type { OfficerKit } from '../../day/provision.ts';
import type { Session } from '../session.ts';
import { makeEyes } from './eyes.ts';
import { inSightOf, makeRobotHands } from './hands.ts';

/** What officers can be asked to do. */
export const OFFICER_TASKS = ['resume', 'setUp', 'open', 'close'] as const;
/** And what robots of a whole day see to themselves. */
export type OfficerTask = (typeof OFFICER_TASKS)[number] | 'printReports' | 'awaitReceipt';

/** What stands beside the button for a copy looks the same whatever number or reason goes with it. */
const RECEIVED: DispatchState = { name: 'acknowledged', receipt: '0000-0000', fault: null };
const SENDINGS: readonly DispatchState[] = [
  RECEIVED,
  { name: 'waiting', starts: 1, attempt: 1, why: 'cut' },
];

const SELF_TESTS = 5;
/** From pocket to slot and back. */
const HANDLE_MS = 500;

const asking = (purpose: OfficerPurpose): OfficerCheck => ({
  purpose,
  step: 'enterPin',
  pin: '',
  refusal: null,
});

const POSITIONS = ['duringVoting', 'beforeOpening', 'afterClosing', 'untrusted'] as const;

/** Does a task to its end; `stopped` ends it at the next look. */
export const runOfficers = async (
  session: Session,
  task: OfficerTask,
  stopped: () => boolean,
): Promise<void> => {
  const { prepared, machine } = session;
  const { definition, officers } = prepared.given;
  const { tokens, glass } = machine.devices;
  const eyes = await makeEyes(machine.screen, definition, prepared.locale);
  const hands = makeRobotHands(eyes, glass, stopped, () => inSightOf(session), machine.slowness);
  const kitOf = (id: string | undefined): OfficerKit => {
    const kit = officers.find(({ officerId }) => officerId === id);
    if (kit === undefined) throw new Error('an officer has no token');
    return kit;
  };
  const presiding = kitOf(definition.officers.find(({ role }) => role === 'presidingOfficer')?.id);
  const second = kitOf(definition.officers.find(({ id }) => id !== presiding.officerId)?.id);

  const insert = async ({ token }: OfficerKit): Promise<void> => {
    await hands.pause(HANDLE_MS);
    tokens.insert(token);
  };
  const remove = async (): Promise<void> => {
    await hands.pause(HANDLE_MS);
    tokens.remove();
  };
  const FINISHED: Stage = { name: 'finished', copies: definition.rules.tallyCopies };
  const awaitOne = <T extends Stage>(what: string, stages: readonly T[]): Promise<T> =>
    hands.until(what, () => eyes.which(stages));
  /** A stage with its pad; what is written beside the pad may differ. */
  const prove = async (kit: OfficerKit, pad: Stage): Promise<void> => {
    await insert(kit);
    await hands.typePin(pad, kit.pin);
  };
  const WAITING: Stage = { name: 'waiting' };

  const resume = async (): Promise<void> => {
    await prove(presiding, { name: 'resuming', check: asking('resume') });
    await awaitOne('the welcome', [WAITING]);
    await remove();
  };

  const READY: Stage = { name: 'readyForCeremony', problem: null };
  const READY_TO_OPEN: Stage = { name: 'readyToOpen', problem: null };
  /** A part that was not ready yet is tested once more. */
  const passSelfTest = async (): Promise<void> => {
    const failed: Stage = {
      name: 'selfTest',
      checks: SELF_CHECKS.map((check) => ({ check, result: 'ok' })),
      ended: true,
    };
    for (let tests = 0; tests < SELF_TESTS; tests++) {
      const seen = await hands.until('the self-test', async () => {
        if ((await eyes.spot(READY, 'ceremony:start')) !== null) return 'ready';
        return (await eyes.spot(failed, 'selfTest:repeat')) === null ? null : 'failed';
      });
      if (seen === 'ready') return;
      await hands.press(failed, 'selfTest:repeat');
    }
  };

  const setUp = async (): Promise<void> => {
    await passSelfTest();
    await hands.press(READY, 'ceremony:start');
    const officerIds = definition.officers.map(({ id }) => id);
    for (const [officer, id] of officerIds.entries()) {
      const kit = kitOf(id);
      const at = (step: 'insertToken' | 'choosePin' | 'repeatPin' | 'removeToken'): Stage => ({
        name: 'ceremony',
        step,
        officerIds,
        officer,
        pin: '',
        firstPin: '',
        problem: null,
      });
      await awaitOne('the turn of an officer', [at('insertToken')]);
      await insert(kit);
      for (const step of ['choosePin', 'repeatPin'] as const) {
        await awaitOne(step, [at(step)]);
        await hands.typePin(at(step), kit.pin);
      }
      await awaitOne('the end of an officer', [at('removeToken')]);
      await remove();
    }
    await hands.until('the end of the ceremony', () => eyes.spot(READY_TO_OPEN, 'polls:open'));
  };

  /** Those of the setup once more, while the polls are not open. */
  const printReports = async (): Promise<void> => {
    await hands.press(READY_TO_OPEN, 'reports:print');
    await hands.until('the reports', () => eyes.spot(READY_TO_OPEN, 'polls:open'));
  };

  const open = async (): Promise<void> => {
    await hands.press(READY_TO_OPEN, 'polls:open');
    const opening = (
      purpose: 'open' | 'openOverride',
      position: (typeof POSITIONS)[number],
    ): Stage => ({
      name: 'opening',
      check: asking(purpose),
      position,
    });
    await prove(presiding, opening('open', 'duringVoting'));
    const insertSecond = POSITIONS.map(
      (position): Stage => ({
        name: 'opening',
        check: { ...asking('openOverride'), step: 'insertToken' },
        position,
      }),
    );
    const removeFirst = POSITIONS.map((position) => opening('openOverride', position));
    const next = await awaitOne('the opening', [WAITING, ...insertSecond, ...removeFirst]);
    if (next.name === 'waiting') return remove();
    await remove();
    await prove(second, opening('openOverride', 'duringVoting'));
    await awaitOne('the welcome', [WAITING]);
    await remove();
  };

  const giveShares = async (): Promise<void> => {
    const needed = definition.rules.shareThreshold;
    const holders = definition.officers.filter(({ holdsShare }) => holdsShare).slice(0, needed);
    for (const [given, { id }] of holders.entries()) {
      const kit = kitOf(id);
      const at = (step: 'insertToken' | 'enterPin' | 'removeToken', count: number): Stage => ({
        name: 'shares',
        step,
        pin: '',
        given: count,
        needed,
        refusal: null,
      });
      await awaitOne('the turn of a share', [at('insertToken', given)]);
      await insert(kit);
      await hands.typePin(at('enterPin', given), kit.pin);
      if (given + 1 < needed) await awaitOne('the end of a share', [at('removeToken', given + 1)]);
      await remove();
    }
  };

  const close = async (): Promise<void> => {
    // The last voter may still be taking the paper.
    await awaitOne('the booth to be free', [WAITING]);
    await prove(presiding, { name: 'officer', check: asking('menu') });
    await hands.press({ name: 'officerMenu' }, 'polls:close');
    const queue: Stage = { name: 'closingQueue' };
    const override: Stage = { name: 'closingOverride', check: asking('closeOverride') };
    const insertSecond: Stage = {
      name: 'closingOverride',
      check: { ...asking('closeOverride'), step: 'insertToken' },
    };
    const asked = await hands.until('the queue', async () => {
      if ((await eyes.spot(queue, 'queue:empty')) !== null) return 'queue';
      return (await eyes.spot(insertSecond, 'officer:cancel')) !== null ? 'override' : null;
    });
    if (asked === 'override') {
      await remove();
      await prove(second, override);
    }
    await hands.press(queue, 'queue:empty');
    await remove();
    await giveShares();
    // The sending begins by itself: beside the button for a copy there may be another one by then.
    await hands.until('the tally report', async () => {
      for (const dispatch of [undefined, ...SENDINGS]) {
        const found = await eyes.spot(FINISHED, 'tally:copy', dispatch);
        if (found !== null) return found;
      }
      return null;
    });
  };

  const awaitReceipt = async (): Promise<void> => {
    await hands.until('the receipt of the centre', () =>
      eyes.spot(FINISHED, 'result:receipt', RECEIVED),
    );
  };

  const tasks = {
    resume,
    setUp,
    printReports,
    open,
    close,
    awaitReceipt,
  } as const satisfies Record<OfficerTask, () => Promise<void>>;
  await tasks[task]();
};
