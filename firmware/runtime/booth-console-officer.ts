/**
 * An officer agrees to what a technician asks for at the field console: the token goes into the slot, its
 * PIN is typed on the machine's own screen, so that neither is ever on the console's wire. The machine
 * goes on underneath: a voter who is admitted comes first, and then nobody agreed.
 */
import { newCheck, stepCheck } from '#firmware/booth/officer-check.ts';
import type { BoothEvent, BoothState, OfficerCheck, Stage } from '#firmware/booth/state.ts';
import type { ElectionDefinition } from '#firmware/election/definition.ts';
import type { LogEvent } from '#firmware/events/catalogue.ts';
import { hitTest } from '#firmware/screen/hit-test.ts';
import { consoleCheckScene } from '#firmware/screen/scene-of.ts';
import type { BoothBoard } from '#hal/board.ts';
import type { Scene } from '#hal/scene.ts';
import type { BoothScreen } from './booth-screen.ts';
import type { BoothTokens } from './booth-tokens.ts';

/** Nobody agreed for so long: nobody does. */
export const OFFICER_LIMIT_MS = 40_000;
/** Refused tokens and wrong PINs. */
export const MOST_REFUSALS = 3;

export type OfficerQuestion = {
  readonly board: Pick<BoothBoard, 'clock' | 'touchscreen' | 'tokens'>;
  readonly definition: ElectionDefinition;
  readonly state: () => BoothState;
  readonly tokens: Pick<BoothTokens, 'prove' | 'areKnown'>;
  readonly cover: BoothScreen['cover'];
  /** Whether the question may stand while the machine is in this stage. */
  readonly over: (stage: Stage) => boolean;
  readonly log: (event: LogEvent) => void;
};

/**
 * Resolves to the officer who agreed; null: cancelled, refused too often, too late, a voter came, or no
 * officer has a token yet.
 */
export const askOfficer = (
  question: OfficerQuestion,
  request: readonly string[],
): Promise<string | null> =>
  question.tokens.areKnown() ? ask(question, request) : Promise.resolve(null);

const ask = (question: OfficerQuestion, request: readonly string[]): Promise<string | null> =>
  new Promise((resolve) => {
    const { board, definition, state, tokens, cover, over, log } = question;
    const { clock, touchscreen } = board;
    /** Parked for good the machine hears of no token any more. */
    const here = (): BoothState => ({ ...state(), tokenPresent: board.tokens.present() });
    let check: OfficerCheck = newCheck(here(), 'console');
    let scene: Scene;
    let sceneNumber = 0;
    let refusals = 0;
    let ended = false;

    const end = (officer: string | null): void => {
      if (ended) return;
      ended = true;
      for (const stop of stops) stop();
      uncover();
      resolve(officer);
    };
    const show = (): void => {
      scene = consoleCheckScene(state(), definition, touchscreen.panel(), check, request);
      sceneNumber = touchscreen.show(scene);
    };
    const prove = async (pin: string): Promise<void> => {
      const proved = await tokens.prove(pin);
      take(
        proved.ok
          ? { kind: 'tokenChecked', officerId: proved.value, presiding: false }
          : { kind: 'tokenRefused', refusal: proved.error },
      );
    };
    const take = (event: BoothEvent): void => {
      if (ended) return;
      const outcome = stepCheck(here(), check, event);
      if (outcome === null) return;
      for (const effect of outcome.effects) if (effect.kind === 'log') log(effect.event);
      if (event.kind === 'tokenRefused') refusals += 1;
      if (outcome.kind === 'passed' || refusals >= MOST_REFUSALS) {
        end(outcome.kind === 'passed' ? outcome.officerId : null);
        return;
      }
      check = outcome.check;
      show();
      for (const effect of outcome.effects)
        if (effect.kind === 'checkToken') prove(effect.pin).catch(() => end(null));
    };
    const uncover = cover({ over, onEnd: () => end(null) });
    const stops = [
      clock.after(OFFICER_LIMIT_MS, () => end(null)),
      board.tokens.onPresence((present) =>
        take({ kind: present ? 'tokenInserted' : 'tokenRemoved' }),
      ),
      touchscreen.onTouch((touch) => {
        if (touch.sceneNumber !== sceneNumber) return;
        const action = hitTest(scene, touch.x, touch.y);
        if (action === 'officer:cancel') end(null);
        else if (action !== null) take({ kind: 'touched', action });
      }),
    ];
    show();
  });
