/**
 * Reads the authority's register of precincts. It is signed, and yet held to its one spelling and to
 * itself: a precinct, a report or a machine that stands in it twice would count twice.
 */
import type { DefinitionError } from '#firmware/election/check-definition.ts';
import { flag, integer, list, oneOf, pattern, record } from '#firmware/election/decoder.ts';
import { equalBytes, jsonObject, textOf, utf8 } from '#firmware/vault/bytes.ts';
import { readMachineCode } from '#firmware/vault/machine-code.ts';
import { err, ok, type Result } from '#hal/result.ts';
import { MAX_PRECINCTS } from './limits.ts';
import {
  MAX_REGISTER_BYTES,
  REGISTER_FORMAT,
  type Register,
  type RegisteredMachine,
  type RegisteredPrecinct,
  registerText,
} from './register.ts';

const MAX_MACHINES = 20;
const MAX_DISTRICTS_OF_ONE = 16;
const MAX_REGISTERED = 10_000_000;
/** Mistakes beyond this are not collected. */
const MAX_ERRORS = 100;

const id = pattern(/^[a-z0-9][a-z0-9-]{0,39}$/, 'an identifier');
const sha256 = pattern(/^[0-9a-f]{64}$/, '64 hexadecimal digits');

const PRECINCT = {
  id: pattern(/^[0-9]{9}\.[0-9]{2}$/, 'nine digits, a point, two digits'),
  reportId: pattern(/^[0-9]{9}\.[0-9]{2}\.[0-9]\.[0-9]{4}$/, 'a report identifier'),
  districtIds: list(id, 1, MAX_DISTRICTS_OF_ONE),
  registered: integer(0, MAX_REGISTERED),
  machines: list(
    record<RegisteredMachine>({
      code: (value, path, report) => {
        if (typeof value === 'string' && readMachineCode(value) === value) return value;
        report(path, 'must be a machine code');
        return '';
      },
      key: sha256,
    }),
    0,
    MAX_MACHINES,
  ),
};

const plain = record<Omit<RegisteredPrecinct, 'madeUp'>>(PRECINCT);
const madeUp = record<Required<RegisteredPrecinct>>({
  ...PRECINCT,
  madeUp: (value, path, report) => {
    if (value !== true) report(path, 'is true or not there');
    return true;
  },
});

const shape = record<Register>({
  format: oneOf([REGISTER_FORMAT]),
  election: id,
  test: flag,
  offer: sha256,
  precincts: list<RegisteredPrecinct>(
    (value, path, report) =>
      (typeof value === 'object' && value !== null && 'madeUp' in value ? madeUp : plain)(
        value,
        path,
        report,
      ),
    0,
    MAX_PRECINCTS,
  ),
});

/** Nobody is elected by results that nobody voted. */
const madeUpInEarnest = ({ test, precincts }: Register): readonly DefinitionError[] => {
  const at = test ? -1 : precincts.findIndex((precinct) => precinct.madeUp === true);
  return at < 0
    ? []
    : [{ path: `$.precincts[${at}].madeUp`, message: 'stands in a test election alone' }];
};

/** Values that come twice, by the path of the later one. */
const repeats = (
  entries: readonly (readonly [path: string, value: string])[],
): readonly DefinitionError[] => {
  const seen = new Set<string>();
  return entries.flatMap(([path, value]) => {
    if (seen.has(value)) return [{ path, message: `${value} stands in the list twice` }];
    seen.add(value);
    return [];
  });
};

const repeated = ({ precincts }: Register): readonly DefinitionError[] => {
  const at = (index: number, rest: string): string => `$.precincts[${index}].${rest}`;
  const machines = precincts.flatMap((precinct, index) =>
    precinct.machines.map((machine, rank) => ({ machine, path: at(index, `machines[${rank}]`) })),
  );
  return [
    ...repeats(precincts.map((precinct, index) => [at(index, 'id'), precinct.id])),
    ...repeats(precincts.map(({ reportId }, index) => [at(index, 'reportId'), reportId])),
    ...repeats(machines.map(({ machine, path }) => [`${path}.key`, machine.key])),
    ...repeats(machines.map(({ machine, path }) => [`${path}.code`, machine.code])),
  ];
};

/** The register in `bytes`, or what is wrong with it, each with its path. Its signature is another's work. */
export const readRegister = (bytes: Uint8Array): Result<Register, readonly DefinitionError[]> => {
  const whole = (message: string) => err([{ path: '$', message }]);
  if (bytes.length > MAX_REGISTER_BYTES)
    return whole(`has ${bytes.length} bytes, at most ${MAX_REGISTER_BYTES} are read`);
  const text = textOf(bytes);
  if (text === null) return whole('is not UTF-8');
  const json = jsonObject(text);
  if (json === null) return whole('is not a JSON object');
  const errors: DefinitionError[] = [];
  const register = shape(json, '$', (path, message) => {
    if (errors.length < MAX_ERRORS) errors.push({ path, message });
  });
  if (errors.length > 0) return err(errors);
  const strange = [...madeUpInEarnest(register), ...repeated(register)];
  if (strange.length > 0) return err(strange.slice(0, MAX_ERRORS));
  return equalBytes(utf8(registerText(register)), bytes)
    ? ok(register)
    : whole('is spelled otherwise');
};
