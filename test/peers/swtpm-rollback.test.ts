/** The lowest release that a unit starts, as swtpm keeps it: it only grows, and whoever replaces it is found out. */
import { afterAll, describe, expect, test } from 'vitest';
import { systemClock } from '#drivers/system/system-clock.ts';
import {
  decodeResponse,
  nvDefineSpace,
  nvUndefineSpace,
  nvWrite,
  ROLLBACK_ATTRIBUTES,
} from '#drivers/tpm/codec.ts';
import { makeRollbackIndex, type RollbackIndex } from '#drivers/tpm/rollback-index.ts';
import { SWTPM, type Swtpm, startSwtpm } from './swtpm.ts';

const REASON = SWTPM === null ? ' (skipped: swtpm is not installed)' : '';
const INDEX = 0x01800003;
const OWN = new Uint8Array(32).fill(7);
const OTHER = new Uint8Array(32).fill(8);
const NO_PASSWORD = new Uint8Array(0);

const opened: Swtpm[] = [];
afterAll(async () => {
  for (const tpm of opened) await tpm.close();
});
const make = async (): Promise<Swtpm & { readonly rollback: RollbackIndex }> => {
  const tpm = await startSwtpm();
  opened.push(tpm);
  const { transport } = tpm;
  return { ...tpm, rollback: makeRollbackIndex({ transport, index: INDEX, clock: systemClock }) };
};
/** As any process that reaches the TPM; the response code. */
const send = async ({ transport }: Swtpm, command: Uint8Array): Promise<number> => {
  const answer = decodeResponse(await transport.exchange(command));
  if (!answer.ok) throw new Error(answer.error);
  return answer.value.code;
};
const ok = (value: unknown) => ({ ok: true, value });
const nine = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 9);

describe.skipIf(SWTPM === null)(`swtpm${REASON}`, () => {
  test('holds none at first, then 0, and ever after the highest that it was raised to', async () => {
    const { rollback, stop, start } = await make();
    expect(await rollback.read()).toEqual(ok(null));
    expect((await rollback.make(OWN)).ok).toBe(true);
    expect(await rollback.read()).toEqual(ok(0));
    expect(await rollback.raise(OWN, 5)).toEqual(ok(5));
    expect(await rollback.raise(OWN, 4)).toEqual(ok(5));
    await stop();
    await start();
    expect(await rollback.read()).toEqual(ok(5));
    expect(await rollback.holds(OWN)).toEqual(ok(5));
  });

  test('made anew for other data keeps its number', async () => {
    const { rollback } = await make();
    await rollback.make(OWN);
    await rollback.raise(OWN, 2 ** 40);
    expect((await rollback.make(OTHER)).ok).toBe(true);
    expect(await rollback.holds(OTHER)).toEqual(ok(2 ** 40));
    expect((await rollback.holds(OWN)).ok).toBe(false);
  });

  test('does not let anybody write who lacks the password, as often as they guess', async () => {
    const tpm = await make();
    await tpm.rollback.make(OWN);
    await tpm.rollback.raise(OWN, 5);
    for (let guess = 0; guess < 40; guess++) {
      expect(await send(tpm, nvWrite({ index: INDEX, auth: NO_PASSWORD }, nine, 0))).not.toBe(0);
      expect((await tpm.rollback.raise(OTHER, 9)).ok).toBe(false);
    }
    expect(await tpm.rollback.holds(OWN)).toEqual(ok(5));
  });

  test('that somebody took away, or put another in its place, does not pass for the unit’s own', async () => {
    const tpm = await make();
    await tpm.rollback.make(OWN);
    await tpm.rollback.raise(OWN, 5);
    expect(await send(tpm, nvUndefineSpace(INDEX, NO_PASSWORD))).toBe(0);
    expect((await tpm.rollback.holds(OWN)).ok).toBe(false);
    const theirs = { index: INDEX, auth: OTHER };
    expect(await send(tpm, nvDefineSpace(theirs, 8, NO_PASSWORD, ROLLBACK_ATTRIBUTES))).toBe(0);
    expect(await tpm.rollback.read()).toEqual(ok(null));
    expect(await send(tpm, nvWrite(theirs, new Uint8Array(8), 0))).toBe(0);
    const found = await tpm.rollback.holds(OWN);
    expect(found.ok ? '' : found.error).toContain('not this unit’s');
  });

  test('with something else under its number is an error, not a blank one', async () => {
    const tpm = await make();
    const theirs = { index: INDEX, auth: OTHER };
    await send(tpm, nvDefineSpace(theirs, 4, NO_PASSWORD, ROLLBACK_ATTRIBUTES));
    await send(tpm, nvWrite(theirs, new Uint8Array(4), 0));
    expect((await tpm.rollback.read()).ok).toBe(false);
    await tpm.stop();
    expect((await tpm.rollback.read()).ok).toBe(false);
  });
});
