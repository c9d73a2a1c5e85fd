/**
 * The line between a process that may have programs started and the unit's first program, which starts them:
 * a few words, one JSON object a line. What the programs themselves say to each other does not pass here.
 */
import type { Socket } from 'node:net';
import { QUOTE_NONCE, type QuoteAnswer } from '#firmware/messages/console-catalogue.ts';
import type { NetworkFault } from '#hal/network-switch.ts';
import type { ReleaseProof } from '../supervisor/release-proof.ts';
import type { StageResult } from '../unit/stages.ts';
import type { ProgramName } from '../unit/unit-file.ts';

/** The how-manieth start of this program is meant: one that was overtaken by the next is nobody's. */
type OfProgram = { readonly program: ProgramName; readonly start: number };

export type BeforeSupervisor = {
  /** What came of the unit's stages. */
  readonly results: readonly StageResult[];
  /** Why the supervisor before this one ended; null: this is the first. */
  readonly crashed: string | null;
};

export type ToAsker =
  /** To the supervisor, first of all. */
  | ({ readonly kind: 'before' } & BeforeSupervisor)
  | ({ readonly kind: 'ended'; readonly reason: string } & OfProgram)
  | {
      readonly kind: 'networkSwitched';
      readonly ask: number;
      readonly fault: NetworkFault | null;
    }
  | { readonly kind: 'quoted'; readonly ask: number; readonly quote: QuoteAnswer }
  /** To the supervisor: the fingerprint of the key with which the TPM signs quotes, in hex. */
  | { readonly kind: 'attestationKey'; readonly sha256: string }
  /** To the supervisor: the unit is switched off, in good order. */
  | { readonly kind: 'stop' };

export type FromAsker =
  /** The supervisor's alone: what the start has shown of the release. */
  | { readonly kind: 'proven'; readonly proof: ReleaseProof }
  | ({ readonly kind: 'kill' } & OfProgram)
  /** The supervisor's alone: it may not do it itself (hal/network-switch.ts). */
  | { readonly kind: 'switchNetwork'; readonly ask: number; readonly on: boolean }
  /** The supervisor's alone: it has no way to the TPM. */
  | { readonly kind: 'quote'; readonly ask: number; readonly nonce: string };

/** Characters of a line; there is no longer one. */
const MAX_LINE = 8_192;

export const writeControl = (socket: Socket, message: ToAsker | FromAsker): void => {
  if (!socket.destroyed) socket.write(`${JSON.stringify(message)}\n`);
};

/** `isOne` is the door: what it refuses is passed over. A line without an end ends the connection. */
export const readControl = <Message>(
  socket: Socket,
  isOne: (json: unknown) => json is Message,
  take: (message: Message) => void,
): void => {
  let held = '';
  socket.setEncoding('utf8');
  socket.on('error', () => undefined);
  socket.on('data', (text: string) => {
    const lines = `${held}${text}`.split('\n');
    held = lines.pop() ?? '';
    if (held.length > MAX_LINE) {
      socket.destroy();
      return;
    }
    for (const line of lines) {
      try {
        const json: unknown = JSON.parse(line);
        if (isOne(json)) take(json);
      } catch {
        // No JSON: nobody's word.
      }
    }
  });
};

type Json = Readonly<Record<string, unknown>>;
const isObject = (json: unknown): json is Json => typeof json === 'object' && json !== null;

const FROM_ASKER: readonly ((json: Json) => boolean)[] = [
  ({ kind, proof }) => kind === 'proven' && (proof === 'waits' || proof === 'serves'),
  ({ kind, program, start }) =>
    kind === 'kill' && typeof program === 'string' && Number.isSafeInteger(start),
  ({ kind, ask, on }) =>
    kind === 'switchNetwork' && typeof on === 'boolean' && Number.isSafeInteger(ask),
  ({ kind, ask, nonce }) =>
    kind === 'quote' &&
    typeof nonce === 'string' &&
    QUOTE_NONCE.test(nonce) &&
    Number.isSafeInteger(ask),
];

export const isFromAsker = (json: unknown): json is FromAsker =>
  isObject(json) && FROM_ASKER.some((isOfKind) => isOfKind(json));

/** From the unit's first program, which nobody asks for proof. */
export const isToAsker = (json: unknown): json is ToAsker =>
  isObject(json) &&
  ['before', 'ended', 'networkSwitched', 'quoted', 'attestationKey', 'stop'].some(
    (kind) => kind === json.kind,
  );
