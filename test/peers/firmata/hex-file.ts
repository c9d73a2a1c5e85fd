/**
 * The published StandardFirmata for the Arduino Uno, as `scripts/peers/fetch-firmata.sh` leaves it, and
 * its Intel HEX format (Intel, "Hexadecimal Object File Format Specification", rev. A).
 */
import { existsSync, readFileSync } from 'node:fs';

const { URNA_FIRMATA_HEX } = process.env;
const HEX_PATH = URNA_FIRMATA_HEX ?? 'node_modules/.cache/urna/StandardFirmata.hex';
/** Flash of an ATmega328P, bytes. */
const FLASH_BYTES = 32_768;

const RECORD = { data: 0, endOfFile: 1 } as const;

export const isFetched = (): boolean => existsSync(HEX_PATH);

/** What test names say when it is missing. */
export const WHY_SKIPPED = 'needs scripts/peers/fetch-firmata.sh to have run';

const bytesOf = (line: string): Uint8Array => Uint8Array.from(Buffer.from(line.slice(1), 'hex'));

/** The program as words of flash. Throws on a record that is not in the format or fails its sum. */
export const readProgram = (): Uint16Array => {
  const flash = new Uint8Array(FLASH_BYTES).fill(0xff);
  for (const line of readFileSync(HEX_PATH, 'ascii').split(/\r?\n/)) {
    if (line === '') continue;
    const record = bytesOf(line);
    const [count = 0, high = 0, low = 0, type] = record;
    const sum = record.reduce((total, byte) => (total + byte) & 0xff, 0);
    if (!line.startsWith(':') || record.length !== count + 5 || sum !== 0)
      throw new Error(`not an Intel HEX record: ${line}`);
    if (type === RECORD.endOfFile) break;
    if (type !== RECORD.data) throw new Error(`a record of type ${type} is not expected here`);
    flash.set(record.subarray(4, -1), (high << 8) | low);
  }
  return new Uint16Array(flash.buffer);
};
