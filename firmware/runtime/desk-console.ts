/** What the field console may have done at the desk: reader and station tested, a finger read and forgotten. */
import type { DeskMode } from '#firmware/desk/state.ts';
import type { TestResult } from '#firmware/messages/console-catalogue.ts';
import type { DeskTested } from '#firmware/messages/unit-catalogue.ts';
import { faultCode } from '#hal/fault.ts';
import type { OperatorStation } from '#hal/operator-station.ts';
import type { DeskReader } from './desk-reader.ts';

/** A finger is waited for so long. */
export const FINGER_LIMIT_MS = 20_000;

/** Nobody stands at the desk. */
const FREE: readonly DeskMode['kind'][] = ['noPollbook', 'ready', 'notice', 'parked'];

export type DeskConsoleOptions = {
  readonly station: OperatorStation;
  readonly reader: DeskReader;
  readonly mode: () => DeskMode['kind'];
};

const readFinger = async (reader: DeskReader): Promise<readonly TestResult[]> => {
  const found = await reader.testFinger(FINGER_LIMIT_MS);
  switch (found.kind) {
    case 'usable':
      return [{ part: 'fingerprint', code: null }];
    case 'poor':
      return [{ part: 'fingerprint', code: 'unit.sensorDirty' }];
    case 'fault':
      return [{ part: 'fingerprint', code: found.code }];
    case 'nobody':
      return [];
  }
};

export const answerConsole = async (
  { station, reader, mode }: DeskConsoleOptions,
  finger: boolean,
): Promise<DeskTested> => {
  if (!FREE.includes(mode())) return { presence: 'voter', results: [] };
  if (finger) return { presence: 'free', results: await readFinger(reader) };
  const [started, code] = await Promise.all([station.start(), reader.start()]);
  return {
    presence: 'free',
    results: [
      { part: 'fingerprint', code },
      { part: 'station', code: started.ok ? null : faultCode(started.error) },
    ],
  };
};
