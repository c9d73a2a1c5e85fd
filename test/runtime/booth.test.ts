import { describe, expect, test } from 'vitest';
import { verify } from '#firmware/vault/keys.ts';
import { openResultPackage } from '#firmware/vault/result-package.ts';
import { makeBoothBench } from './booth-bench.ts';

describe('a booth on a whole emulated unit', () => {
  test('goes from installation over two votes to the signed tally and its copy', async () => {
    const bench = makeBoothBench();
    await bench.run(async () => {
      bench.start();
      await bench.setUp();
      await bench.open();
      await bench.admit();
      await bench.markCard('t-1');
      await bench.press('vote');
      await bench.press('review:confirm');
      await bench.press('paper:taken');
      await bench.reach('waiting');
      await bench.admit();
      await bench.press('vote');
      await bench.press('review:confirm');
      await bench.press('blank:null');
      await bench.reach('takePaper');
      await bench.press('paper:taken');
      await bench.closeAndCount();
      await bench.press('tally:copy');
      await bench.reach('report');
      await bench.reach('finished');
    });
    expect(bench.parked).toEqual([]);
    expect(bench.heard.map(({ kind }) => kind)).toEqual([
      'boothStarted',
      'phaseChanged',
      'phaseChanged',
      'pollbookKey',
      'idle',
      'completed',
      'idle',
      'completed',
      'idle',
      'notCompleted',
      'phaseChanged',
      'phaseChanged',
    ]);
    expect(bench.heard.find(({ kind }) => kind === 'pollbookKey')).toEqual({
      kind: 'pollbookKey',
      key: Buffer.from(bench.pollbookKey).toString('hex'),
    });

    const titles = [
      'DIAGNÓSTICO',
      'INICIALIZACIÓN EN CERO',
      'INICIALIZACIÓN EN CERO',
      'COMPROBANTE DE VOTO',
      'COMPROBANTE DE VOTO',
      'ACTA DE ESCRUTINIO',
      'ACTA DE ESCRUTINIO',
      'ACTA DE ESCRUTINIO',
    ];
    expect(bench.papers).toHaveLength(titles.length);
    const oneLine = (paper: string | undefined): string => (paper ?? '').replaceAll(/\s+/g, ' ');
    for (const [index, title] of titles.entries())
      expect(oneLine(bench.papers[index])).toContain(title);
    expect(bench.papers[4]).toContain('VOTO NULO');
    expect(oneLine(bench.papers[6])).toContain('COPIA 2 DE 2');
    expect(oneLine(bench.papers[7])).toContain('REIMPRESIÓN');
    expect(oneLine(bench.papers[5])).toContain('Cierre antes de la hora');

    const { media } = bench.board().booth;
    const read = async (name: string): Promise<Uint8Array> => {
      const found = await bench.clock.run(media.removable.read(`result/${name}`));
      if (!found.ok || found.value === null) throw new Error(`no ${name}`);
      return found.value;
    };
    const bytes = await read('result-package.json');
    const signature = await read('result-package.sig');
    const opened = openResultPackage(
      bytes,
      signature,
      bench.identity.publicKey,
      bench.authority.publicKey,
    );
    expect(verify(bench.identity.publicKey, bytes, signature)).toBe(true);
    expect(opened.ok && opened.value).toMatchObject({
      ballots: 2,
      reprints: 0,
      spoils: 0,
      contests: [
        { id: 'lista', nulls: 1, ballots: 2, positions: 1 },
        { id: 'nominal', nulls: 2, ballots: 2, positions: 2 },
      ],
    });
    const logged = JSON.stringify(bench.logged);
    expect(logged).not.toMatch(/nominal|t-1|c-1/);
  });

  test('a power cut during the ballot discards the attempt; during the print the vote is finished', async () => {
    const bench = makeBoothBench();
    await bench.run(async () => {
      bench.start();
      await bench.setUp();
      await bench.open();
      await bench.admit();
      await bench.markCard('t-1');
      bench.cutPower();
      bench.start();
      await bench.reach('resuming');
      await bench.showToken('of-1');
      await bench.reach('waiting');
      bench.pull();
      await bench.admit();
      await bench.markCard('t-2');
      await bench.press('vote');
      await bench.press('review:confirm');
      await bench.reach('printing');
      bench.cutPower();
      bench.hardware.devices.printer.tearOff();
      bench.start();
      await bench.press('paper:something');
      await bench.press('paper:folded');
      await bench.reach('takePaper');
      await bench.press('paper:taken');
      await bench.reach('resuming');
      await bench.showToken('of-1');
      await bench.reach('waiting');
    });
    expect(bench.parked).toEqual([]);
    expect(bench.booth().state()).toMatchObject({ votes: 1, reprints: 1, spoils: 0 });
    const rows = bench.logged.flatMap((event) =>
      event.id === 'recoveryPerformed' ? [event.fields.row] : [],
    );
    expect(rows).toEqual(['ACTIVE', 'PREPARED-STARTED']);
  });

  test('paper runs out in the middle of a record: partial, folded, printed again on a new roll', async () => {
    const bench = makeBoothBench();
    const { printer } = bench.hardware.devices;
    await bench.run(async () => {
      bench.start();
      await bench.setUp();
      await bench.open();
      await bench.admit();
      await bench.markCard('t-1');
      printer.failAfterMm('paperEnd', 20);
      await bench.press('vote');
      await bench.press('review:confirm');
      await bench.reach('askPrinted');
      printer.setFault('paperEnd', false);
      await bench.press('paper:something');
      await bench.press('paper:folded');
      await bench.reach('takePaper');
    });
    expect(bench.booth().state()).toMatchObject({ votes: 1, reprints: 1 });
    const records = bench.papers.filter((paper) => paper.includes('CÓDIGO'));
    expect(records).toHaveLength(1);
  });

  test('the module is pulled while a voter marks: suspended until officers synchronise it', async () => {
    const bench = makeBoothBench();
    const { removable } = bench.hardware.devices;
    await bench.run(async () => {
      bench.start();
      await bench.setUp();
      await bench.open();
      await bench.admit();
      await bench.markCard('t-1');
      removable.pull();
      await bench.reach('suspended');
      removable.putBack();
      await bench.press('media:synchronise');
      await bench.showToken('of-1');
      await bench.reach('waiting');
    });
    expect(bench.parked).toEqual([]);
    expect(bench.heard.at(-1)).toMatchObject({ kind: 'idle' });
    expect(bench.logged.map(({ id }) => id)).toContain('pollsResumed');
  });

  test('tokens: a wrong PIN, a forged one and another precinct’s are named', async () => {
    const bench = makeBoothBench();
    const refusal = (): unknown => {
      const { stage } = bench.booth().state();
      return stage.name === 'opening' ? stage.check.refusal : stage.name;
    };
    await bench.run(async () => {
      bench.start();
      await bench.setUp();
      await bench.press('polls:open');
      bench.insert('of-1');
      await bench.typePin('999999');
      expect(refusal()).toBe('wrongPin');
      bench.pull();
      const token = bench.tokens.get('of-1')!;
      const good = token.record!.slice();
      token.record = Buffer.from(
        Buffer.from(good).toString().replace('"role":"presidingOfficer"', '"role":"authority"'),
      );
      await bench.showToken('of-1');
      expect(refusal()).toBe('forged');
      bench.pull();
      token.record = Buffer.from(
        Buffer.from(good).toString().replace('010203004.01', '010203004.02'),
      );
      await bench.showToken('of-1');
      expect(refusal()).toBe('foreign');
      bench.pull();
      token.record = good;
      await bench.showToken('of-1');
      await bench.reach('waiting');
    });
  });
});
