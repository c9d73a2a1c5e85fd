/** DER (ITU-T X.690): as much of it as a signature of a UEFI image is made of. */
export const TAG = {
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  objectIdentifier: 0x06,
  sequence: 0x30,
  set: 0x31,
} as const;

const lengthOf = (length: number): Buffer => {
  if (length < 0x80) return Buffer.from([length]);
  const hex = length.toString(16);
  const octets = Buffer.from(hex.padStart(hex.length + (hex.length & 1), '0'), 'hex');
  return Buffer.concat([Buffer.from([0x80 | octets.length]), octets]);
};

export const der = (tag: number, ...content: readonly Uint8Array[]): Buffer => {
  const body = Buffer.concat(content);
  return Buffer.concat([Buffer.from([tag]), lengthOf(body.length), body]);
};

/** Context-specific, constructed; `explicit` and implicit tagging of structures look the same. */
export const tagged = (number: number, ...content: readonly Uint8Array[]): Buffer =>
  der(0xa0 | number, ...content);

const base128 = (value: number): readonly number[] => {
  const octets = [value & 0x7f];
  for (let rest = value >>> 7; rest > 0; rest >>>= 7) octets.unshift(0x80 | (rest & 0x7f));
  return octets;
};

/** `1.2.840.113549`. */
export const objectIdentifier = (dotted: string): Buffer => {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  return der(TAG.objectIdentifier, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]));
};

export type DerValue = {
  readonly tag: number;
  /** With tag and length. */
  readonly whole: Buffer;
  readonly content: Buffer;
};

/** The values that stand one after the other in `bytes`. Throws a `RangeError` when they are cut short. */
export const derValues = (bytes: Buffer): readonly DerValue[] => {
  const values: DerValue[] = [];
  for (let at = 0; at < bytes.length; ) {
    const first = bytes.readUInt8(at + 1);
    const octets = first < 0x80 ? 0 : first & 0x7f;
    const start = at + 2 + octets;
    const length = octets === 0 ? first : bytes.readUIntBE(at + 2, octets);
    if (start + length > bytes.length) throw new RangeError('DER cut short');
    const whole = bytes.subarray(at, start + length);
    values.push({
      tag: bytes.readUInt8(at),
      whole,
      content: bytes.subarray(start, start + length),
    });
    at = start + length;
  }
  return values;
};
