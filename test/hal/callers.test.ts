/**
 * Who calls a device, as the prose of its contract says ("Only the booth calls it"): the board hands it to
 * that process alone, and no file of another process names it. On a unit the operating system holds the
 * same line, by whose device files they are.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PROCESSES = ['desk', 'booth', 'supervisor'] as const;
type Process = (typeof PROCESSES)[number];

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const isProcess = (name: string | undefined): name is Process =>
  PROCESSES.some((each) => each === name);

/** Contracts whose prose names their only caller. */
const CONTRACTS = readdirSync(join(ROOT, 'hal')).flatMap((file) => {
  const found = /Only the (\w+) calls it[\s\S]*?export interface (\w+)/.exec(read(`hal/${file}`));
  const [, caller, name = ''] = found ?? [];
  return isProcess(caller) ? [{ caller, name }] : [];
});

/** The members of `DeskBoard`, `BoothBoard`, `SupervisorBoard`. */
const boardOf = (process: Process): string => {
  const name = `${process.charAt(0).toUpperCase()}${process.slice(1)}Board`;
  const found = new RegExp(`export type ${name} =[\\s\\S]*?\\n};`).exec(read('hal/board.ts'));
  if (found === null) throw new Error(`hal/board.ts has no ${name}`);
  return found[0];
};

/** Sources that run in this process alone. */
const sourcesOf = (process: Process): readonly string[] =>
  [`boot/${process}`, 'boot', `firmware/${process}`, 'firmware/runtime']
    .flatMap((folder) => {
      try {
        return readdirSync(join(ROOT, folder)).map((name) => `${folder}/${name}`);
      } catch {
        return [];
      }
    })
    .filter((path) => path.endsWith('.ts'))
    .filter((path) => path.split('/').some((part) => new RegExp(`^${process}\\b`).test(part)));

/** What a source imports from the contracts. */
const importsOf = (text: string): string =>
  [...text.matchAll(/import[^;]*?from '#hal\/[^']+'/g)].map(([found]) => found).join('\n');

const names = (text: string, contract: string): boolean =>
  new RegExp(`\\b${contract}\\b`).test(text);

test('every device but reader, printer and tokens has one caller by its contract', () => {
  expect(CONTRACTS.map(({ name, caller }) => `${name}: ${caller}`).sort()).toEqual([
    'Audio: booth',
    'Battery: supervisor',
    'OperatorStation: desk',
    'PowerStabilizer: supervisor',
    'RealTimeClock: supervisor',
    'SwitchPanel: supervisor',
    'TactileKeypad: booth',
    'Touchscreen: booth',
  ]);
});

test.each(CONTRACTS)('the board gives $name to the $caller alone', ({ caller, name }) => {
  expect(PROCESSES.filter((process) => names(boardOf(process), name))).toEqual([caller]);
});

test.each(PROCESSES)('no source of the %s names a device of another process', (process) => {
  const sources = sourcesOf(process);
  expect(sources.length).toBeGreaterThan(1);
  const others = CONTRACTS.filter(({ caller }) => caller !== process);
  const named = sources.flatMap((path) =>
    others.filter(({ name }) => names(importsOf(read(path)), name)).map(({ name }) => [path, name]),
  );
  expect(named).toEqual([]);
});
