/** TPM 2.0 commands and responses against frames written down from the standard. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  decodeNvData,
  decodeNvPublic,
  decodeProperties,
  decodeResponse,
  getProperties,
  MAX_MESSAGE_BYTES,
  messageLength,
  nameOfCode,
  nvDefineSpace,
  nvRead,
  nvReadPublic,
  nvUndefineSpace,
  nvWrite,
  shutdown,
  startup,
} from '#drivers/tpm/codec.ts';
import { TPM_COMMANDS, TPM_RESPONSES } from '#test/vectors/tpm.ts';

const bytesOf = (hex: string): Uint8Array =>
  new Uint8Array(Buffer.from(hex.replace(/\s/g, ''), 'hex'));
const EMPTY = new Uint8Array(0);
const PASSWORD = new TextEncoder().encode('pw');
const INDEX = 0x01500001;

describe('commands', () => {
  test.each([
    ['startup', startup()],
    ['shutdown', shutdown()],
    ['getManufacturer', getProperties(0x105, 1)],
    ['nvDefineSpace', nvDefineSpace({ index: INDEX, auth: PASSWORD }, 200, EMPTY)],
    ['nvUndefineSpace', nvUndefineSpace(INDEX, EMPTY)],
    ['nvReadPublic', nvReadPublic(INDEX)],
    ['nvWrite', nvWrite({ index: INDEX, auth: PASSWORD }, Uint8Array.of(0xaa, 0xbb, 0xcc), 8)],
    ['nvRead', nvRead({ index: INDEX, auth: EMPTY }, 200, 0)],
  ] as const)('%s is as the standard has it', (name, bytes) => {
    expect(Buffer.from(bytes).toString('hex')).toBe(
      Buffer.from(bytesOf(TPM_COMMANDS[name])).toString('hex'),
    );
    expect(messageLength(bytes)).toEqual({ ok: true, value: bytes.length });
  });

  test('a handle that is no NV index, and a password too long, are bugs', () => {
    expect(() => nvReadPublic(0x81000001)).toThrow('no NV index');
    expect(() => nvRead({ index: INDEX, auth: new Uint8Array(33) }, 1, 0)).toThrow('33 bytes');
  });
});

describe('responses', () => {
  const decode = (hex: string) => {
    const decoded = decodeResponse(bytesOf(hex));
    if (!decoded.ok) throw new Error(decoded.error);
    return decoded.value;
  };

  test('success, data, properties and what is said of an index', () => {
    expect(decode(TPM_RESPONSES.done)).toEqual({ code: 0, handle: 0, parameters: EMPTY });
    expect(decodeNvData(decode(TPM_RESPONSES.nvRead).parameters)).toEqual(bytesOf('deadbeef'));
    expect(decodeNvPublic(decode(TPM_RESPONSES.nvReadPublic).parameters)).toEqual({
      index: INDEX,
      attributes: 0x22040004,
      written: true,
      bytes: 200,
    });
    const properties = decodeProperties(decode(TPM_RESPONSES.getManufacturer).parameters);
    expect([...(properties ?? [])]).toEqual([[0x105, 0x49424d20]]);
  });

  test.each([
    ['noSuchIndex', 'handle'],
    ['wrongPassword', 'badAuth'],
    ['nvRate', 'nvRate'],
    ['neverWritten', 'nvUninitialized'],
  ] as const)('%s is %s, whichever handle or session is meant', (name, code) => {
    expect(nameOfCode(decode(TPM_RESPONSES[name]).code)).toBe(code);
  });

  test('cut anywhere, a response is refused or waited for, never misread', () => {
    for (const hex of Object.values(TPM_RESPONSES)) {
      const whole = bytesOf(hex);
      for (let length = 0; length < whole.length; length++)
        expect(decodeResponse(whole.subarray(0, length)).ok).toBe(false);
      expect(decodeResponse(Uint8Array.of(...whole, 0)).ok).toBe(false);
    }
  });

  test('any bytes give an answer, and lengths that can not be are refused', () => {
    expect(messageLength(bytesOf('8001 ffffffff 00000000')).ok).toBe(false);
    expect(messageLength(bytesOf('8001 00000009 00000000')).ok).toBe(false);
    expect(MAX_MESSAGE_BYTES).toBe(4096);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        const decoded = decodeResponse(bytes);
        if (!decoded.ok) return;
        decodeNvData(decoded.value.parameters);
        decodeNvPublic(decoded.value.parameters);
        decodeProperties(decoded.value.parameters);
        nameOfCode(decoded.value.code);
      }),
      { seed: 20201206, numRuns: 2_000 },
    );
  });
});
