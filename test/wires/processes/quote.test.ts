/**
 * A quote from the field console's cable to the TPM and back, through the unit's real processes: console, supervisor,
 * first program, swtpm.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { openBoardFile } from '#boot/process/open-file.ts';
import { DELIVERY_FILES } from '#boot/supervisor/delivery.ts';
import { type Keeper, makeFolders, startKeeper } from '#boot/unit/keeper.ts';
import { makeQuoter, QUOTED_REGISTERS } from '#boot/unit/quoting.ts';
import { auditQuote, readQuote } from '#scripts/audit/unit/check-quote.ts';
import { keysInLog } from '#scripts/audit/unit/quote-keys.ts';
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
    onProof: (proof) => said.push(proof),
    onEnd: ended.resolve,
  });
  const switchOff = async (): Promise<void> => {
    keeper.switchOff();
    await ended.promise;
  };
  ends.push(switchOff);
  await until('the request', () => existsSync(join(unit.delivery, DELIVERY_FILES.request)));
  here.certify();
  await until('the unit', () => said.includes('serves'));
  const client: ConsoleClient = await attachConsole(here.rack.console);
  ends.push(client.close);
  return {
    ...{ ...here, said, client, switchOff },
    machineKey: () => {
      const request = readFileSync(join(unit.delivery, DELIVERY_FILES.request), 'utf8');
      return new Uint8Array(Buffer.from(JSON.parse(request).machineKey, 'hex'));
    },
  };
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
    const quote = readQuote(JSON.stringify({ code, data }));
    if (quote === null) throw new Error(JSON.stringify(data));
    const nonce = new Uint8Array(Buffer.from(NONCE, 'hex'));
    // A simulator into which nothing was measured.
    const registers = new Map(QUOTED_REGISTERS.map((pcr) => [pcr, '0'.repeat(64)]));
    const audited = auditQuote({ quote, nonce, keys: [key.value], registers });
    expect(audited.findings).toEqual([]);
    expect((await here.client.ask(`quote ${NONCE}`)).code).toBe('busy');
    expect(said).toEqual([]);
    await here.switchOff();
    const log = new TextEncoder().encode(here.log());
    expect(keysInLog(log, here.machineKey())).toEqual({ keys: [key.value], findings: [] });
  },
);

test('a unit without a TPM says so', async () => {
  const { client, said } = await start(null);
  expect(await client.ask(`quote ${NONCE}`)).toMatchObject({ code: 'noTpm' });
  expect(said.join(' ')).not.toContain('quotes');
});
