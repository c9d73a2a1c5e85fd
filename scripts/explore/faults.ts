/**
 * What may break, at every point and as often as it likes: media, printer, link, power, processes. A
 * process that dies leaves each thing that it had begun done or not done.
 */
import type { BoothEvent } from '#firmware/booth/state.ts';
import type { DeskEvent } from '#firmware/desk/state.ts';
import { LOST, PRINTER_BAD, RETURNED } from './booth-moves.ts';
import { CALLS } from './booth-table.ts';
import { becomeDurable, tellMedia } from './desk-moves.ts';
import { firstOf, holds, shifted } from './link.ts';
import { setPower } from './people.ts';
import { type Emit, happen } from './step.ts';
import { complain, toBooth, toDesk, type Unit } from './unit.ts';
import { applyCall, type Call, loseForVault } from './vault-model.ts';
import { MEDIA, PAPERS, WORK, type World } from './world.ts';

const BOOTH_ANEW: BoothEvent = { kind: 'linkRestarted' };
const DESK_ANEW: DeskEvent = { kind: 'linkRestarted' };

const pulled = (unit: Unit, world: World, emit: Emit): void => {
  for (const bit of [1, 2]) {
    if ((world.present & bit) === 0) continue;
    const name = MEDIA[bit - 1]!;
    if (unit.scope.faults.has('mediumPulled'))
      happen(unit, world, emit, 'fault', `** the ${name} medium is pulled **`, (next) => {
        next.present &= ~bit;
        const known = (next.inStep & bit) !== 0;
        loseForVault(next, bit);
        next.deskInStep &= ~bit;
        if (next.booth !== 0 && known) toBooth(unit, next, LOST(bit));
        if (next.booth !== 0) toBooth(unit, next, LOST(bit));
        tellMedia(unit, next);
      });
    if (unit.scope.faults.has('mediumFails') && (world.inStep & bit) !== 0)
      happen(
        unit,
        world,
        emit,
        'fault',
        `** the ${name} medium fails under the vault **`,
        (next) => {
          loseForVault(next, bit);
          toBooth(unit, next, LOST(bit));
          toBooth(unit, next, RETURNED(bit));
        },
      );
  }
};

/** What an ending process leaves of what it had begun: vault call and paper. */
type Leftover = { readonly done: boolean; readonly paper: number };

const leftoversOf = (world: World): readonly Leftover[] => {
  const calls = world.call === 0 || CALLS[world.call] === 'recover' ? [false] : [false, true];
  const papers =
    (world.work & WORK.record) !== 0
      ? [0, 1, 2]
      : (world.work & WORK.cut) !== 0
        ? [world.paper, PAPERS.indexOf('cut')]
        : [world.paper];
  return calls.flatMap((done) => papers.map((paper) => ({ done, paper })));
};

/** A call that needs both media is not done on one. */
const mayBeDone = (world: World): boolean => {
  const call = CALLS[world.call] as Call;
  return call === 'synchronise' ? world.present === 3 : world.callBoth === 1 || world.inStep !== 0;
};

const stopBooth = (unit: Unit, next: World, { done, paper }: Leftover): void => {
  next.paper = paper;
  if (done && mayBeDone(next)) complain(unit, applyCall(next, CALLS[next.call] as Call));
  next.booth = 0;
  next.call = 0;
  next.callBoth = 0;
  next.inStep = 0;
  next.work = 0;
  next.timers = 0;
  next.keyHeld = 0;
  next.shares = 0;
};

const stopDesk = (unit: Unit, next: World, saved: boolean): void => {
  if (saved) becomeDurable(next, unit, next.saving);
  next.desk = 0;
  next.saving = 0;
  next.deskWork = 0;
  next.deskTimers = 0;
  next.toldClosed = 0;
  next.deskInStep = 0;
};

const emptyLink = (next: World): void => {
  next.toBooth = 0;
  next.toDesk = 0;
};

const processesDie = (unit: Unit, world: World, emit: Emit): void => {
  const { faults } = unit.scope;
  const savings = world.saving === 0 ? [false] : [false, true];
  // The other side may notice that the link was away, or only hear that the process started anew.
  for (const noticed of [false, true]) {
    const words = noticed ? ', and the link is noticed' : '';
    if (faults.has('boothDies') && world.booth !== 0 && (!noticed || world.desk !== 0))
      for (const leftover of leftoversOf(world))
        happen(unit, world, emit, 'fault', `** the booth's process dies${words} **`, (next) => {
          stopBooth(unit, next, leftover);
          emptyLink(next);
          if (noticed) toDesk(unit, next, DESK_ANEW);
        });
    if (faults.has('deskDies') && world.desk !== 0 && (!noticed || world.booth !== 0))
      for (const saved of savings)
        happen(unit, world, emit, 'fault', `** the desk's process dies${words} **`, (next) => {
          stopDesk(unit, next, saved);
          emptyLink(next);
          if (noticed) toBooth(unit, next, BOOTH_ANEW);
        });
  }
};

/** The unit is off and starts anew. Also what officers do with one that stands still for good. */
export const powerCut = (unit: Unit, world: World, emit: Emit, kind: 'fault' | 'people'): void => {
  if (world.booth === 0 && world.desk === 0) return;
  const words = kind === 'fault' ? '** the power is cut **' : 'the unit is switched off and on';
  for (const leftover of leftoversOf(world))
    for (const saved of world.saving === 0 ? [false] : [false, true])
      happen(unit, world, emit, kind, words, (next) => {
        stopBooth(unit, next, leftover);
        stopDesk(unit, next, saved);
        emptyLink(next);
        next.power = 0;
      });
};

/** No more noise where so many messages are under way already: each noise adds three. */
const CROWDED = 4;

const linkBreaks = (unit: Unit, world: World, emit: Emit): void => {
  if (world.booth === 0 || world.desk === 0) return;
  const { faults } = unit.scope;
  if (faults.has('linkBreaks'))
    happen(unit, world, emit, 'fault', '** the link is away for a moment **', (next) => {
      emptyLink(next);
      toBooth(unit, next, BOOTH_ANEW);
      toDesk(unit, next, DESK_ANEW);
    });
  if (!faults.has('linkGarbled')) return;
  if (firstOf(world.toBooth) !== 0 && !holds(world.toDesk, CROWDED))
    happen(unit, world, emit, 'fault', '** a message to the booth is garbled **', (next) => {
      next.toBooth = shifted(next.toBooth);
      toBooth(unit, next, BOOTH_ANEW);
    });
  if (firstOf(world.toDesk) !== 0 && !holds(world.toBooth, CROWDED))
    happen(unit, world, emit, 'fault', '** a message to the desk is garbled **', (next) => {
      next.toDesk = shifted(next.toDesk);
      toDesk(unit, next, DESK_ANEW);
    });
};

const LOW = 1;
const CRITICAL = 2;

export const faultMoves = (unit: Unit, world: World, emit: Emit): void => {
  const { faults } = unit.scope;
  pulled(unit, world, emit);
  processesDie(unit, world, emit);
  if (faults.has('powerCut')) powerCut(unit, world, emit, 'fault');
  linkBreaks(unit, world, emit);
  if (faults.has('printerDown') && world.printerDown === 0)
    happen(unit, world, emit, 'fault', '** the printer is out of paper **', (next) => {
      next.printerDown = 1;
      if (next.booth !== 0) toBooth(unit, next, PRINTER_BAD);
    });
  if (faults.has('powerLow'))
    for (const level of [LOW, CRITICAL])
      if (level > world.power)
        happen(
          unit,
          world,
          emit,
          'fault',
          level === LOW ? '** the battery is low **' : '** the battery is at its end **',
          (next) => {
            setPower(unit, next, level);
          },
        );
  if (faults.has('voterLeaves') && world.voter !== 0 && world.left === 0)
    happen(unit, world, emit, 'fault', '** the voter leaves **', (next) => {
      next.left = 1;
    });
};
