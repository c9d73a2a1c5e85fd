/**
 * A quote from the field console's cable to the TPM and back, through the unit's real processes: console, supervisor,
 * first program, swtpm.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { openBoardFile } from '#boot/process/open-file.ts';
import { DELIVERY_FILES } from '#boot/supervisor/delivery.ts';
import { type Keeper, makeFolders, startKeeper } from '#boot/unit/keeper.ts';
import { makeQuoter } from '#boot/unit/quoting.ts';
import { decodeAttestation } from '#drivers/tpm/attestation.ts';
import { attachConsole, type ConsoleClient } from '#scripts/field/console-client.ts';
import { SWTPM, startSwtpm } from '#test/peers/swtpm.ts';
import { makeUnitProgram } from './unit-program.ts';
import { until } from './unit-rig.ts';

const REASON = SWTPM === null ? ' (skipped: swtpm is not installed)' : '';
const NONCE = '0123456789abcdef'.repeat(4);

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

const start = async (quoter: ReturnType<typeof makeQuoter> | null) => {
  const here = await makeUnitProgram();
  ends.push(here.close);
  const { unit } = here;
  const board = await openBoardFile(unit.board);
  const said: string[] = [];
  makeFolders({ unit, board });
  const ended = Promise.withResolvers<string>();
  const keeper: Keeper = await startKeeper({
    ...{ unit, board, quoter, folder: here.own, results: [] },
    say: (text) => said.push(text),
    onServing: () => said.push('serving'),
    onEnd: ended.resolve,
  });
  ends.push(async () => {
    keeper.switchOff();
    await ended.promise;
  });
  await until('the request', () => existsSync(join(unit.delivery, DELIVERY_FILES.request)));
  here.certify();
  await until('the unit', () => said.includes('serving'));
  const client: ConsoleClient = await attachConsole(here.rack.console);
  ends.push(client.close);
  return { ...here, said, client };
};

test.skipIf(SWTPM === null)(
  `a quote comes over the console, by the key that the unit’s own console and log name${REASON}`,
  async () => {
    const tpm = await startSwtpm();
    ends.push(tpm.close);
    const { present, exchange } = tpm.transport;
    const said: string[] = [];
    const quoter = makeQuoter(
      async () => ({ present, exchange, close: () => undefined }),
      (text) => said.push(text),
    );
    const here = await start(quoter);
    const key = await quoter.key();
    if (!key.ok) throw new Error(key.error);
    await until('the key', () => here.said.includes(`quotes are signed by the key ${key.value}`));
    const { code, data } = await here.client.ask(`quote ${NONCE}`);
    expect(code).toBeNull();
    expect(data).toMatchObject({ outcome: 'quoted', nonce: NONCE, key: key.value });
    const { attest } = data as { readonly attest: string };
    expect(decodeAttestation(new Uint8Array(Buffer.from(attest, 'hex')))).toMatchObject({
      nonce: new Uint8Array(Buffer.from(NONCE, 'hex')),
    });
    expect((await here.client.ask(`quote ${NONCE}`)).code).toBe('busy');
    await until('the log', () => here.log().includes(key.value));
    expect(said).toEqual([]);
  },
);

test('a unit without a TPM says so', async () => {
  const { client, said } = await start(null);
  expect(await client.ask(`quote ${NONCE}`)).toMatchObject({ code: 'noTpm' });
  expect(said.join(' ')).not.toContain('quotes');
});
