/** A browser's script out of its TypeScript source. */
import { stripTypeScriptTypes } from 'node:module';

/** Node says once that its function is new; nobody at the bench or at a hand count need read that. */
export const withoutTypes = (source: string): string => {
  const { emitWarning } = process;
  process.emitWarning = () => {};
  try {
    return stripTypeScriptTypes(source);
  } finally {
    process.emitWarning = emitWarning;
  }
};
