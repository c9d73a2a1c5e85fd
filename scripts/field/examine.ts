/** Asks a unit's console everything a diagnosis needs; what changes anything is never asked. */

import type { TestResult } from '#firmware/messages/console-catalogue.ts';
import type { Diagnostics, LogLine } from '#firmware/messages/diagnostics.ts';
import { type ConsoleClient, logIn } from './console-client.ts';
import type { Evidence } from './findings.ts';

export type ExamineOptions = {
  /** A technician's private key; null: devices are only looked at, not tested. */
  readonly key: Uint8Array | null;
  /** A finger lies on the reader, or will. */
  readonly finger: boolean;
  readonly nowMs: number | null;
  readonly release: string | null;
  readonly onStep: (step: string) => void;
};

export type Examination = Evidence & {
  readonly unit: string;
  readonly log: readonly LogLine[];
  /** Tests that were refused, and why: `selftest: voterInBooth`. */
  readonly refused: readonly string[];
};

type PowerAnswer = Pick<Diagnostics, 'history'>;
type NetworkAnswer = Pick<Diagnostics, 'networks'> | null;
type ReleaseAnswer = Pick<Diagnostics, 'manifest'> | null;
/** What other commands than `status` tell. */
type Elsewhere = 'history' | 'attached' | 'networks' | 'manifest';

const TESTS = ['selftest', 'print test', 'touch test'] as const;

const resultsIn = (data: unknown): readonly TestResult[] => {
  const { outcome, results } = (data ?? {}) as {
    readonly outcome?: string;
    readonly results?: unknown;
  };
  return outcome === 'tested' ? (results as readonly TestResult[]) : [];
};

const runTests = async (
  client: ConsoleClient,
  { finger, onStep }: ExamineOptions,
): Promise<{ readonly tests: readonly TestResult[]; readonly refused: readonly string[] }> => {
  const tests: TestResult[] = [];
  const refused: string[] = [];
  for (const command of [...TESTS, ...(finger ? (['read finger'] as const) : [])]) {
    onStep(command);
    const { code, data } = await client.ask(command);
    const results = resultsIn(data);
    tests.push(...results);
    if (results.length === 0) refused.push(`${command}: ${code ?? 'no result'}`);
  }
  return { tests, refused };
};

export const examine = async (
  client: ConsoleClient,
  options: ExamineOptions,
): Promise<Examination> => {
  const { key, nowMs, release, onStep } = options;
  const told = async <T>(command: string): Promise<T> => {
    onStep(command);
    return (await client.ask(command)).data as T;
  };
  const login = key === null ? 'no key' : await logIn(client, key);
  const { tests, refused } =
    login === null ? await runTests(client, options) : { tests: [], refused: [`login: ${login}`] };
  // Looks at the devices anew.
  await told('device battery');
  const status = await told<Omit<Diagnostics, Elsewhere>>('status');
  const { history } = await told<PowerAnswer>('power');
  const attached = await told<Diagnostics['attached']>('parts');
  const networks = (await told<NetworkAnswer>('network'))?.networks ?? null;
  const manifest = (await told<ReleaseAnswer>('release'))?.manifest ?? null;
  const { lines } = await told<{ readonly lines: readonly LogLine[] }>('log');
  if (login === null) await client.ask('logout');
  return {
    unit: client.unit,
    diagnostics: { ...status, history, attached, networks, manifest },
    log: lines,
    tests,
    refused,
    nowMs,
    release,
  };
};
