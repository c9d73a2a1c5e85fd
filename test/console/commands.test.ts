import { describe, expect, test } from 'vitest';
import { completionsOf, runLine } from '#firmware/console/commands.ts';
import { SCREEN_COLUMNS, SCREEN_ROWS } from '#firmware/console/table.ts';
import type { Answer, ConsoleView } from '#firmware/console/view.ts';
import { COMMAND_NAMES } from '#firmware/locale/console.ts';
import { REQUEST_LEVELS } from '#firmware/messages/console-catalogue.ts';
import { aLine, aSnapshot, aView, START_STAGES } from './samples.ts';

const answerTo = (line: string, view: ConsoleView = aView()): Answer => {
  const outcome = runLine(view, line);
  if (outcome === null) throw new Error(`nothing was answered to ${line}`);
  if (outcome.kind === 'export') return outcome.end(17, null, view);
  if (outcome.kind !== 'request') return outcome.answer;
  return outcome.tell({ outcome: 'done' }, view);
};
const text = (line: string, view?: ConsoleView): string => answerTo(line, view).lines.join('\n');

/** Every command as it is used. */
const USED = COMMAND_NAMES.map((name) => {
  const words: Partial<Record<(typeof COMMAND_NAMES)[number], string>> = {
    explain: ' printer.jam',
    device: ' printer',
    print: ' test',
    read: ' finger',
    touch: ' test',
    hash: ' boot/supervisor.ts',
    quote: ` ${'0a'.repeat(16)}`,
    export: ' log',
    json: ' on',
    plain: ' on',
    lang: ' en',
    park: ' yes',
    resume: ' yes',
    reboot: ' yes',
  };
  return `${name}${words[name] ?? ''}`;
});

/** A unit on which nothing is wrong. */
const sound = (change: Parameters<typeof aSnapshot>[0] = {}) =>
  aSnapshot({ parts: aSnapshot().parts.map((part) => ({ ...part, fault: null })), ...change });

describe('commands of the field console', () => {
  test.each(USED.flatMap((line) => [['es', line] as const, ['en', line] as const]))(
    'in %s: "%s" is answered within 80 columns',
    (locale, line) => {
      const { lines, code } = answerTo(line, aView({ locale }));
      expect(lines.length).toBeGreaterThan(0);
      for (const each of lines) expect(each.length, each).toBeLessThan(SCREEN_COLUMNS);
      expect([null, 'unit.filesChanged']).toContain(code);
    },
  );

  test.each(USED)('"%s" is answered before anything is known of the unit', (line) => {
    expect(answerTo(line, aView({ diagnostics: null, log: [] })).lines.length).toBeGreaterThan(0);
  });

  test('status fits on one screen with the prompt, even when everything is broken', () => {
    const broken = aSnapshot({
      parts: aSnapshot().parts.map((part) => ({
        ...part,
        fault: { code: 'stabilizer.broken', atMs: 0 },
      })),
    });
    expect(answerTo('status', aView({ diagnostics: broken })).lines.length).toBeLessThan(
      SCREEN_ROWS,
    );
    expect(text('status')).toContain('polls open');
    expect(text('status')).toContain('printer printer.jam');
  });

  test('status says how far the start has come, in words of the language', () => {
    expect(text('status')).toMatch(/Start-up: +complete/);
    const starting = aView({ locale: 'es', diagnostics: aSnapshot({ stage: 'package' }) });
    expect(text('status', starting)).toMatch(/Arranque: +Verificando el paquete/);
    expect(text('status', starting)).toContain('módulo de memoria: ');
    expect(text('status', starting)).toContain('desk en marcha');
  });

  test('status tells each stage before the supervisor: what it found, how long it took; on a bench none', () => {
    const told = (locale: 'es' | 'en') =>
      answerTo('status', aView({ locale, diagnostics: sound({ startStages: START_STAGES }) }));
    const { lines, data } = told('en');
    const at = lines.indexOf('Stages up to the supervisor:');
    expect(lines.slice(at + 1).map((line) => line.slice(0, 39))).toEqual([
      ' 1 unit          0.0 s  well, 1345 xxxx',
      ' 2 release       1.2 s  well, 1346 xxxx',
      ' 3 device        2.5 s  well, 1347 xxxx',
      ' 4 devices       3.7 s  well, 1348 xxxx',
      ' 5 version       4.9 s  well, 1349 xxxx',
      ' 6 data          6.2 s  well, 1350 xxxx',
      ' 7 supervisor    7.4 s  well, 1351 xxxx',
    ]);
    for (const line of lines) expect(line.length, line).toBeLessThan(SCREEN_COLUMNS);
    expect(lines.length).toBeLessThan(SCREEN_ROWS);
    expect(told('es').lines).toContain('Etapas hasta el supervisor:');
    expect(data).toMatchObject({ startStages: START_STAGES });
    expect(text('status', aView({ diagnostics: sound() }))).not.toContain('Stages');
  });

  test('status names the code of a stage that did not pass', () => {
    const [unit] = START_STAGES;
    const startStages = [{ ...unit!, code: 'unit.badUnitFile', detail: 'no JSON' }];
    expect(text('status', aView({ diagnostics: sound({ startStages }) }))).toContain(
      ' 1 unit          0.0 s  unit.badUnitFile, no JSON',
    );
  });

  test('trace tells what each machine took last before one failed, and nothing before any did', () => {
    const told = text('trace');
    expect(told).toContain('The last failure: booth, bug.step.114.');
    expect(told).toMatch(/desk: +keyPressed fingerRead received/);
    expect(told.match(/recordNotPrinted/g)).toHaveLength(40);
    expect(told).toMatch(/power: +\(nothing\)/);
    expect(text('trace', aView({ locale: 'es' }))).toContain('La última falla: booth');
    const sound = aView({ diagnostics: aSnapshot({ lastCrash: null }) });
    expect(answerTo('trace', sound)).toMatchObject({ code: null, data: null });
    expect(text('trace', sound)).toContain('No machine has failed');
  });

  test('what a fault means is told with remedy, part and whether voting goes on', () => {
    const told = text('explain printer.jam');
    expect(told).toContain('The paper is jammed in the printer.');
    expect(told).toContain('Part to swap: printer (printer)');
    expect(told).toContain('does not go on until it is put right');
    expect(answerTo('explain no.such').code).toBe('unknownCode');
    expect(text('explain bug.booth.17')).toContain('a fault of its own');
  });

  test('the curve has a column for each sample: mains, then battery', () => {
    const bottom = answerTo('power').lines.at(-1);
    expect(bottom).toBe(`    |${'='.repeat(10)}${'#'.repeat(30)}`);
  });

  test('the log is filtered without regard to case', () => {
    expect(text('log JAM')).toContain('printFault (code printer.jam)');
    expect(text('log JAM')).not.toContain('machineStarted');
    expect(runLine(aView(), 'log jam -f')).toMatchObject({
      kind: 'setting',
      setting: { name: 'follow', filter: 'jam' },
    });
  });

  test('who follows the log sees a few entries of before, without a page to turn', () => {
    const many = aView({ log: Array.from({ length: 90 }, (_, at) => aLine(`event${at}`)) });
    expect(answerTo('log', many).lines).toHaveLength(90);
    expect(answerTo('log -f', many).lines.length).toBeLessThan(SCREEN_ROWS - 2);
    expect(text('log -f', many)).toContain('event89');
  });

  test('what differs from the signed list is named', () => {
    expect(text('parts')).toContain('Missing: module');
    expect(text('parts')).toContain('Extra: usb_1-4_0951_1666');
  });

  test('nothing that changes the unit is asked for without being confirmed', () => {
    for (const name of ['park', 'resume', 'reboot']) {
      expect(runLine(aView(), name)).toMatchObject({ kind: 'answer' });
      expect(runLine(aView(), `${name} yes`)).toMatchObject({ kind: 'request', request: { name } });
      expect(REQUEST_LEVELS[name as 'park']).toBe('officer');
    }
  });

  test.each(['nonsense', '\u001b[2Jx', 'статус', 'x'.repeat(5_000)])(
    'what is no command is refused, and never sent back as it came (%#)',
    (line) => {
      const { code, lines } = answerTo(line);
      expect(code).toBe('unknownCommand');
      expect(lines.join('')).toMatch(/^[\x20-\x7e]*$/);
      expect(lines.join('').length).toBeLessThan(80);
    },
  );

  test('help has a gap between every usage and what it does', () => {
    for (const locale of ['es', 'en'] as const)
      for (const line of answerTo('help', aView({ locale })).lines)
        expect(line, line).toMatch(/^ {2}\S.*? {2,}\S/);
  });

  test('a command that is used wrongly says how it is used', () => {
    expect(text('explain')).toBe('Usage: explain CODE');
    expect(text('print')).toBe('Usage: print test|help [CODE]');
    expect(text('login short')).toBe('Usage: login [RESPONSE]');
  });

  test.each([
    ['1'.repeat(64), 'As the manifest says.', null],
    ['2'.repeat(64), 'NOT as the manifest says', 'unit.filesChanged'],
    [null, 'missing or can not be read', 'unit.filesChanged'],
  ] as const)('a file’s digest is told beside the manifest’s (%#)', (sha256, words, code) => {
    const outcome = runLine(aView(), 'hash ./firmware/booth/step.ts');
    if (outcome?.kind !== 'request') throw new Error('no request');
    expect(outcome.request).toEqual({ name: 'hash', path: 'firmware/booth/step.ts' });
    const path = 'firmware/booth/step.ts';
    const answer = { outcome: 'hashed', path, sha256, expected: '1'.repeat(64) } as const;
    const told = outcome.tell(answer, aView());
    expect(told.code).toBe(code);
    expect(told.lines.join('\n')).toContain(words);
    expect(told.lines.join('\n')).toContain(sha256 ?? path);
    for (const line of told.lines) expect(line.length).toBeLessThan(SCREEN_COLUMNS);
  });

  test('a quote is asked for over a nonce in hex, and all of it is told, to be copied from the screen', () => {
    const nonce = 'AB'.repeat(16);
    const outcome = runLine(aView(), `quote ${nonce}`);
    if (outcome?.kind !== 'request') throw new Error('no request');
    expect(outcome.request).toEqual({ name: 'quote', nonce: nonce.toLowerCase() });
    const answer = {
      outcome: 'quoted',
      nonce: nonce.toLowerCase(),
      key: '1'.repeat(64),
      attest: '2'.repeat(258),
      signature: '3'.repeat(144),
      publicArea: '4'.repeat(176),
      registers: [
        { pcr: 0, sha256: '5'.repeat(64) },
        { pcr: 11, sha256: '6'.repeat(64) },
      ],
    } as const;
    const told = outcome.tell(answer, aView());
    expect(told).toMatchObject({ code: null, data: answer });
    for (const line of told.lines) expect(line.length).toBeLessThan(SCREEN_COLUMNS);
    const shown = told.lines.map((line) => line.trim()).join('');
    for (const hex of [answer.nonce, answer.key, answer.attest, answer.signature])
      expect(shown).toContain(hex);
    expect(told.lines).toContain(`  11 ${'6'.repeat(64)}`);
  });

  test.each(['', 'ab', 'ab'.repeat(15), 'ab'.repeat(33), `${'ab'.repeat(16)}a`, 'xy'.repeat(16)])(
    'a quote over "%s" is none',
    (nonce) => {
      expect(answerTo(`quote ${nonce}`).code).toBe('usage');
    },
  );

  test('the manifest is told, and which files are not as it says', () => {
    expect(text('release')).toContain('version 1.2.3, rollback index 4, 1254 files');
    expect(text('release')).toContain('changed firmware/booth/step.ts');
    const none = aView({ diagnostics: aSnapshot({ manifest: null }) });
    expect(text('release', none)).toContain('runs from sources without a manifest');
    expect(answerTo('release', none).code).toBeNull();
  });

  test('an interface that is up is a finding until the polls have closed', () => {
    expect(text('network')).toMatch(/eth0 +down, not connected[\s\S]*until after closing/);
    const networks = [{ name: 'eth0', up: true, carrier: true }];
    const up = aView({ diagnostics: aSnapshot({ networks }) });
    expect(answerTo('network', up).code).toBe('unit.networkUp');
    expect(text('network', up)).toContain('Pull its cable');
    const closed = aView({ diagnostics: aSnapshot({ networks, phase: 'closed' }) });
    expect(answerTo('network', closed).code).toBeNull();
  });

  test('what to do is printed of one code, or of the faults of now', () => {
    const asked = (line: string, view = aView()) => runLine(view, line);
    expect(asked('print help battery.absent')).toMatchObject({
      request: { name: 'printHelp', codes: ['battery.absent'] },
    });
    expect(asked('print help')).toMatchObject({ request: { codes: ['printer.jam'] } });
    expect(answerTo('print help no.such').code).toBe('unknownCode');
    const well = aSnapshot({ parts: aSnapshot().parts.map((each) => ({ ...each, fault: null })) });
    expect(answerTo('print help', aView({ diagnostics: well })).code).toBe('noFault');
    expect(REQUEST_LEVELS.printHelp).toBe('technician');
  });

  test('Tab offers commands, then what fits after them', () => {
    expect(completionsOf(aView(), 'sta').words).toEqual(['status']);
    expect(completionsOf(aView(), 'device pri').words).toEqual(['printer']);
    expect(completionsOf(aView(), 'explain p').words).toEqual(['printer.jam']);
    // Nothing like it was seen here: every code there is.
    expect(completionsOf(aView(), 'explain battery.').words).toContain('battery.absent');
    expect(completionsOf(aView(), 'status x').words).toEqual([]);
  });

  test('entries of the log are cut to the line', () => {
    const long = aLine('packageLoaded', {
      fields: { digest: 'a'.repeat(64), other: 'b'.repeat(48), third: 'c'.repeat(48) },
    });
    for (const each of answerTo('log', aView({ log: [long] })).lines)
      expect(each.length).toBeLessThan(SCREEN_COLUMNS);
  });
});
