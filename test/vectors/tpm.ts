/**
 * TPM 2.0 frames written down from the tables of "Trusted Platform Module Library", rev. 01.38: Part 1,
 * 18 (layout) and 19.4 (password session 40000009), Part 2 (codes and structures), Part 3 (the tables
 * of each command and response). Hexadecimal, one line a field or two.
 */
export const TPM_COMMANDS = {
  /** Part 3, 9.3, table "TPM2_Startup Command": TPM_SU_CLEAR is 0000. */
  startup: '8001 0000000c 00000144 0000',
  /** Part 3, 9.4. */
  shutdown: '8001 0000000c 00000145 0000',
  /** Part 3, 30.2: TPM_CAP_TPM_PROPERTIES (6), TPM_PT_MANUFACTURER (105h), one. */
  getManufacturer: '8001 00000016 0000017a 00000006 00000105 00000001',
  /**
   * Part 3, 31.3: owner; password session with an empty password; the index' password "pw"; TPM2B_NV_PUBLIC
   * of 14 bytes: index, SHA-256, AUTHWRITE + AUTHREAD + NO_DA, no policy, 200 bytes.
   */
  nvDefineSpace: `8002 0000002f 0000012a 40000001
    00000009 40000009 0000 01 0000
    0002 7077
    000e 01500001 000b 02040004 0000 00c8`,
  /** Part 3, 31.4. */
  nvUndefineSpace: `8002 0000001f 00000122 40000001 01500001
    00000009 40000009 0000 01 0000`,
  /** Part 3, 31.6. */
  nvReadPublic: '8001 0000000e 00000169 01500001',
  /** Part 3, 31.7: three bytes at offset 8, password "pw". */
  nvWrite: `8002 00000028 00000137 01500001 01500001
    0000000b 40000009 0000 01 0002 7077
    0003 aabbcc 0008`,
  /** Part 3, 31.13: 200 bytes from 0. */
  nvRead: `8002 00000023 0000014e 01500001 01500001
    00000009 40000009 0000 01 0000
    00c8 0000`,
} as const;

export const TPM_RESPONSES = {
  /** Header alone, TPM_RC_SUCCESS. */
  done: '8001 0000000a 00000000',
  /** Part 3, 31.13, table of the response: parameter size, TPM2B of four bytes, the session's answer. */
  nvRead: '8002 00000019 00000000 00000006 0004 deadbeef 0000 01 0000',
  /** TPM_RC_HANDLE of handle 1: 08B + 100. */
  noSuchIndex: '8001 0000000a 0000018b',
  /** TPM_RC_BAD_AUTH of session 1: 0A2 + 100 + 800. */
  wrongPassword: '8001 0000000a 000009a2',
  /** TPM_RC_NV_RATE, a warning. */
  nvRate: '8001 0000000a 00000920',
  /** TPM_RC_NV_UNINITIALIZED, format zero. */
  neverWritten: '8001 0000000a 0000014a',
  /** Part 3, 31.6: TPM2B_NV_PUBLIC with TPMA_NV_WRITTEN, and a name of 34 bytes. */
  nvReadPublic: `8001 0000003e 00000000
    000e 01500001 000b 22040004 0000 00c8
    0022 000b ${'11'.repeat(32)}`,
  /** Part 3, 30.2: no more data, TPM_CAP_TPM_PROPERTIES, one: TPM_PT_MANUFACTURER "IBM ". */
  getManufacturer: '8001 0000001b 00000000 00 00000006 00000001 00000105 49424d20',
} as const;

/** What a TPM of the tables below says: the frames of a quote, with a key and a signature that are none. */
const POINT = `0020 ${'a1'.repeat(32)} 0020 ${'b2'.repeat(32)}`;
/**
 * Part 2, 12.2.4: ECC, SHA-256; fixedTPM, fixedParent, sensitiveDataOrigin, userWithAuth, noDA, restricted, sign;
 * no policy; no symmetric cipher, ECDSA with SHA-256, NIST P-256, no key derivation.
 */
const SIGNING_KEY = '0023 000b 00050472 0000 0010 0018 000b 0003 0010';
export const TPM_QUOTE = {
  publicArea: `${SIGNING_KEY} ${POINT}`,
  /** Part 3, 24.1: endorsement hierarchy, no password, no secret of ours; the template; nothing noted. */
  createAttestationKey: `8002 00000041 00000131 4000000b
    00000009 40000009 0000 01 0000
    0004 0000 0000
    0018 ${SIGNING_KEY} 0000 0000
    0000 00000000`,
  /** Part 3, 22.4: one selection, SHA-256, 3 bytes: registers 0, 2, 4, 7, 11. */
  pcrRead: '8001 00000014 0000017e 00000001 000b 03 950800',
  /** Part 3, 18.4: the key; a nonce of 16 bytes; the key's own scheme; the selection. */
  quote: `8002 00000039 00000158 80000001
    00000009 40000009 0000 01 0000
    0010 000102030405060708090a0b0c0d0e0f
    0010 00000001 000b 03 950800`,
  /** Two registers of the five, as a TPM answers that has no more in one answer. */
  registers: `8001 00000060 00000000 00000017 00000001 000b 03 050000
    00000002 0020 ${'c3'.repeat(32)} 0020 ${'d4'.repeat(32)}`,
  /**
   * Part 2, 10.12.8: magic, TPM_ST_ATTEST_QUOTE, the signer's qualified name, the nonce, clock 1000 ms, 3 resets,
   * 1 restart, safe, the firmware's version; the selection and the digest.
   */
  attest: `ff544347 8018 0022 000b ${'e5'.repeat(32)}
    0010 000102030405060708090a0b0c0d0e0f
    00000000000003e8 00000003 00000001 01 2023010200000000
    00000001 000b 03 950800
    0020 ${'f6'.repeat(32)}`,
  /** Part 2, 11.3.4: ECDSA, SHA-256, r with a leading zero left out, s. */
  signature: `0018 000b 001f ${'11'.repeat(31)} 0020 ${'22'.repeat(32)}`,
} as const;
