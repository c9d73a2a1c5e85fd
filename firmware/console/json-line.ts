/**
 * The machine-readable side of the console, format `urna console 1`: one JSON object a line, in ASCII,
 * ended by CR LF. Its last two members are `seq`, a number that goes up by one with each line of a
 * connection, and `crc`, the CRC-32 (IEEE 802.3, 8 hex digits) of all bytes of the line before
 * `,"crc":`. A line that was dropped because nobody read leaves a gap in `seq`.
 *
 * Kinds: `ready {format, unit}`; `answer {id, command, code, data}`, `code` null when it went well;
 * `log {line}`; `portion {offset, length, data}` of an exported log, base64; `dropped {bytes}`. `id` is the number that stood before the command (`17 status`), else null.
 */
import { crc32 } from '../messages/frame.ts';

export const JSON_FORMAT = 'urna console 1';

const asAscii = (json: string): string =>
  json.replace(
    /[\u007f-\uffff]/g,
    (each) => `\\u${each.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

const crcOf = (text: string): string =>
  crc32(new TextEncoder().encode(text)).toString(16).padStart(8, '0');

/** One line, without its end. */
export const jsonLine = (content: Readonly<Record<string, unknown>>, seq: number): string => {
  const body = asAscii(JSON.stringify({ ...content, seq })).slice(0, -1);
  return `${body},"crc":"${crcOf(body)}"}`;
};

/** What a line says; null: it is not one, or was damaged on the way. */
export const readJsonLine = (line: string): Readonly<Record<string, unknown>> | null => {
  const found = /^(\{.*),"crc":"([0-9a-f]{8})"\}$/s.exec(line.trim());
  if (found === null || crcOf(found[1] ?? '') !== found[2]) return null;
  try {
    return JSON.parse(`${found[1]}}`) as Readonly<Record<string, unknown>>;
  } catch {
    return null;
  }
};
