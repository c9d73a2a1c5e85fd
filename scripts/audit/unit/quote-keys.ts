/** Which keys a unit's own log says its TPM quotes with: of what the machine signed in it, and of nothing after that. */
import { toHex } from '#firmware/vault/bytes.ts';
import { auditLog } from '../check-log.ts';
import type { Finding } from '../finding.ts';
import { says } from '../words/phrase.ts';

export const QUOTE_LOG_CODES = ['unit.quoteLog'] as const;

export type LoggedKeys = {
  /** Fingerprints in hex, each once, in the order of the log. */
  readonly keys: readonly string[];
  readonly findings: readonly Finding[];
};

/** `machineKey`: the unit's identity key, which signs the log. */
export const keysInLog = (log: Uint8Array, machineKey: Uint8Array): LoggedKeys => {
  const { entries, unsigned, findings } = auditLog(log, {
    machineKeys: [machineKey],
    witnessed: [],
    escrowKey: null,
  });
  const found = (message: ReturnType<typeof says>): readonly Finding[] => [
    { code: QUOTE_LOG_CODES[0], subject: toHex(machineKey).slice(0, 16), message },
  ];
  if (findings.length > 0) return { keys: [], findings: found(says('unit.quoteLog.unsound')) };
  const keys = entries
    .slice(0, entries.length - unsigned)
    .flatMap(({ id, fields }) =>
      id === 'attestationKeyFound' && typeof fields.key === 'string' ? [fields.key] : [],
    );
  const different = [...new Set(keys)];
  if (different.length === 0) return { keys: [], findings: found(says('unit.quoteLog.none')) };
  return {
    keys: different,
    findings:
      different.length === 1
        ? []
        : found(says('unit.quoteLog.several', { count: different.length })),
  };
};
