/**
 * The officers at the booth: the ceremony on Friday, opening on Sunday, a voter who has left, the
 * closing, and the shares. They carry tokens and know their PINs; what to do they read on the screen.
 */
import type { EmulatedToken } from '#drivers/storage/emulator-token.ts';
import type { ElectionDefinition, Locale } from '#firmware/election/definition.ts';
import { screenText } from '#firmware/locale/screen.ts';
import { type Clock, wait } from '#hal/clock.ts';
import type { Hands } from './hands.ts';
import type { OfficerKit } from './provision.ts';
import type { Mouth } from './voter.ts';

export type OfficersTools = {
  readonly clock: Clock;
  readonly hands: Hands;
  readonly definition: ElectionDefinition;
  readonly locale: Locale;
  readonly kits: readonly OfficerKit[];
  readonly slot: {
    readonly insert: (token: EmulatedToken) => void;
    readonly remove: () => EmulatedToken | null;
  };
  /** The record of a voter who left goes folded, unread, into the box; a spoiled one into the envelope. */
  readonly mouth: Mouth;
};

/** From pocket to slot and back. */
const HANDLE_MS = 1_500;

/** A PIN mistyped by one digit. */
const wrongPin = (pin: string): string => `${pin.slice(0, -1)}${(Number(pin.at(-1)) + 1) % 10}`;

export const makeOfficers = (tools: OfficersTools) => {
  const { clock, hands, definition, locale, kits, slot, mouth } = tools;
  const nameOf = (officerId: string): string =>
    definition.officers.find(({ id }) => id === officerId)?.name ?? officerId;
  const kitOf = (officerId: string): OfficerKit => {
    const kit = kits.find((each) => each.officerId === officerId);
    if (kit === undefined) throw new Error(`no kit for officer ${officerId}`);
    return kit;
  };
  const presidingId = definition.officers.find(({ role }) => role === 'presidingOfficer')?.id ?? '';
  const secondId = definition.officers.find(({ id }) => id !== presidingId)?.id ?? '';
  const presiding = (): OfficerKit => kitOf(presidingId);

  const insert = async ({ token }: OfficerKit): Promise<void> => {
    await wait(clock, HANDLE_MS);
    slot.insert(token);
  };
  const remove = async (): Promise<void> => {
    await wait(clock, HANDLE_MS);
    slot.remove();
  };
  const showAndProve = async (kit: OfficerKit): Promise<void> => {
    await insert(kit);
    await hands.typePin(kit.pin);
  };

  return {
    /** Self-test, ceremony, readiness and zero report; then the unit may be switched off. */
    ceremony: async (): Promise<void> => {
      await hands.press('ceremony:start');
      for (const { id: officerId } of definition.officers) {
        const kit = kitOf(officerId);
        const name = nameOf(officerId);
        await hands.awaitWords([screenText(locale, 'ceremonyInsert', { name })]);
        await insert(kit);
        await hands.awaitWords([screenText(locale, 'ceremonyChoose', { name })]);
        await hands.typePin(kit.pin);
        await hands.awaitWords([screenText(locale, 'ceremonyRepeat', { name })]);
        await hands.typePin(kit.pin);
        await hands.awaitWords([screenText(locale, 'ceremonyRemove', { name })]);
        await remove();
      }
      await hands.awaitTarget(['polls:open']);
    },

    /** The presiding officer opens; a second one agrees where the calendar asks for it. */
    open: async (): Promise<void> => {
      await hands.press('polls:open');
      await showAndProve(presiding());
      const second = screenText(locale, 'purpose.openOverride');
      const asked = await hands.awaitSight('the opening', (scene) => {
        if (scene.spoken.includes(second)) return 'second';
        return scene.name === 'opening' || scene.name === 'openingClock' ? null : 'enough';
      });
      if (asked === 'second') {
        await remove();
        await showAndProve(kitOf(secondId));
      }
      await hands.awaitScene(['waiting', 'officer']);
      await remove();
      await hands.awaitScene(['waiting']);
    },

    /** The voter has gone: the presiding officer releases the machine, the record goes into the box. */
    releaseLeftVoter: async (): Promise<void> => {
      await showAndProve(presiding());
      await hands.press('voter:left');
      await remove();
      for (;;) {
        const asked = await hands.awaitTarget(['paper:inBox', 'paper:something', 'paper:folded']);
        if (asked === 'paper:something')
          await hands.press(mouth.showsPaper() ? 'paper:something' : 'paper:nothing');
        else {
          if (asked === 'paper:folded') mouth.foldIntoEnvelope();
          else mouth.dropIntoBox();
          await hands.press(asked);
          if (asked === 'paper:inBox') return;
        }
      }
    },

    /** After the last voter. */
    close: async (): Promise<void> => {
      // Late in a long day the last voter may still be taking the paper.
      await hands.awaitScene(['waiting']);
      await showAndProve(presiding());
      await hands.press('polls:close');
      if ((await hands.awaitScene(['closingOverride', 'closingQueue'])) === 'closingOverride') {
        await remove();
        await showAndProve(kitOf(secondId));
      }
      await hands.press('queue:empty');
      await remove();
    },

    /**
     * Shares until there are enough, the mistakes of such an evening included: one PIN mistyped, one
     * token given twice.
     */
    giveShares: async (): Promise<void> => {
      const insertNow = screenText(locale, 'insertToken');
      const removeNow = screenText(locale, 'removeToken');
      const holders = definition.officers.filter(({ holdsShare }) => holdsShare);
      const needed = definition.rules.shareThreshold;
      const order = holders.slice(0, needed).map(({ id }) => id);
      const withRepeat = needed > 1 ? [order[0] ?? '', ...order] : order;
      for (const [turn, officerId] of withRepeat.entries()) {
        const kit = kitOf(officerId);
        await hands.awaitWords([insertNow]);
        await insert(kit);
        if (turn === 0) {
          await hands.typePin(wrongPin(kit.pin));
          await hands.awaitWords([screenText(locale, 'refusal.wrongPin')]);
        }
        await hands.typePin(kit.pin);
        if (turn < withRepeat.length - 1) await hands.awaitWords([removeNow]);
        await remove();
      }
    },

    /** The last copy of the tally report is out and the result package written. */
    awaitFinish: async (): Promise<void> => {
      await hands.awaitTarget(['tally:copy']);
    },

    /** A receiver has the result, and its receipt is on paper. */
    awaitReceipt: async (): Promise<void> => {
      await hands.awaitTarget(['result:receipt']);
    },
  };
};

export type Officers = ReturnType<typeof makeOfficers>;
