/** The event log: what it keeps through cuts and pulls, and what it lets nobody change. */
import { createHash, createHmac, createPublicKey, verify as cryptoVerify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { keepNew, keepOld } from '#drivers/storage/emulator-disk.ts';
import type { LogEvent } from '#firmware/events/catalogue.ts';
import { CHECKPOINT_EVERY, MAX_WAITING, MIN_RESERVE_BYTES } from '#firmware/vault/event-log.ts';
import { exportEventDocumentation, exportEventLog } from '#firmware/vault/event-log-export.ts';
import {
  entryTime,
  minuteOf,
  readLog,
  type VerifiedLog,
  verifyEventLog,
  writeEntry,
} from '#firmware/vault/event-log-format.ts';
import { LIMIT_IN_WINDOW, WINDOW_MS } from '#firmware/vault/event-log-limits.ts';
import { MAX_BATCH_BYTES } from '#firmware/vault/event-log-store.ts';
import { makeEd25519KeyPair, publicKeyPem } from '#firmware/vault/keys.ts';
import { idsOf, KEY_FILES, LOG_FILE, type LogBench, makeLogBench } from './event-log-bench.ts';

const CAST: LogEvent = { id: 'ballotCast', fields: {} };
const OPENED: LogEvent = { id: 'pollsOpened', fields: { override: false } };
const LOST: LogEvent = { id: 'mediumLost', fields: { medium: 'removable' } };
const PARKED: LogEvent = { id: 'machineParked', fields: { reason: 'logFull' } };

const verified = (bench: LogBench, firstKey: Uint8Array | null = bench.firstKey()): VerifiedLog => {
  const result = verifyEventLog(bench.bytes(bench.fixed), bench.identity.publicKey, firstKey);
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
};
const problemsOf = (bench: LogBench, text: string, firstKey: Uint8Array | null) => {
  const bytes = new TextEncoder().encode(text);
  const result = verifyEventLog(bytes, bench.identity.publicKey, firstKey);
  return result.ok ? [] : result.error;
};
const must = async <T>(
  promise: Promise<{ ok: true; value: T } | { ok: false; error: unknown }>,
) => {
  const result = await promise;
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
};

describe('writing', () => {
  test('has every entry on both media, the same, before it says so', async () => {
    const bench = makeLogBench(1);
    const log = await bench.opened();
    await must(log.record(OPENED));
    bench.fixed.cutPower(keepOld);
    bench.removable.cutPower(keepOld);
    expect(idsOf(verified(bench))).toEqual(['logStarted', 'pollsOpened']);
    expect(bench.text(bench.fixed)).toBe(bench.text(bench.removable));
    expect(verified(bench).head).toBe(log.head());
  });

  test('keeps the order of many that come at once', async () => {
    const bench = makeLogBench(2);
    const log = await bench.opened();
    const events = Array.from(
      { length: 25 },
      (_, index): LogEvent => ({
        id: 'tallyReportPrinted',
        fields: { copy: index },
      }),
    );
    await Promise.all(events.map((event) => must(log.record(event))));
    expect(
      verified(bench)
        .entries.slice(1)
        .map(({ fields }) => fields.copy),
    ).toEqual(events.map((_, index) => index));
  });

  test('gives an entry its minute and no more, and survives a clock that is mad', async () => {
    const bench = makeLogBench(3);
    const log = await bench.opened();
    await must(log.record({ id: 'machineResumed', fields: {} }));
    expect(verified(bench).entries.at(-1)?.minute).toBe('2026-12-06T10:03Z');
    expect(bench.text(bench.fixed)).not.toContain('10:03:27');
    for (const mad of [Number.NaN, -1, Number.POSITIVE_INFINITY, 1e18])
      expect(minuteOf(mad)).toBe('1970-01-01T00:00Z');
  });

  test('does not tell how long a voter took: the entries of a visit carry the quarter of the hour', () => {
    const admitted = Date.UTC(2026, 11, 6, 10, 3, 27);
    for (const minutes of [0, 1, 6, 11])
      for (const id of ['voterAdmitted', 'recordPrinted', 'ballotCast', 'voterMarked'] as const)
        expect(entryTime(id, admitted + minutes * 60_000)).toBe('2026-12-06T10:00Z');
    expect(entryTime('ballotCast', admitted + 12 * 60_000)).toBe('2026-12-06T10:15Z');
    expect(entryTime('printFault', admitted)).toBe('2026-12-06T10:03Z');
    expect(entryTime('ballotCast', Number.NaN)).toBe('1970-01-01T00:00Z');
  });

  test('writes a ballot as its time alone', async () => {
    const bench = makeLogBench(4);
    const log = await bench.opened();
    await must(log.record(CAST));
    const line = JSON.parse(bench.text(bench.fixed).trimEnd().split('\n').at(-1) ?? '');
    expect(Object.keys(line)).toEqual(['n', 't', 'id', 'f', 'h', 'm']);
    expect(line.f).toEqual({});
  });

  test('throws on what is not in the catalogue', async () => {
    const bench = makeLogBench(5);
    const log = await bench.opened();
    const wrong = { id: 'ballotCast', fields: { selection: 'card-3' } } as unknown as LogEvent;
    await expect(log.record(wrong)).rejects.toThrow(/no field selection/);
    const forged: LogEvent = { id: 'checkpointSigned', fields: { number: 9 } };
    await expect(log.record(forged)).rejects.toThrow(/checkpoint\(\)/);
  });

  test('repeats byte for byte for the same seed', async () => {
    const run = async (): Promise<string> => {
      const bench = makeLogBench(6);
      const log = await bench.opened();
      await must(log.record(OPENED));
      await must(log.checkpoint());
      return bench.text(bench.removable);
    };
    expect(await run()).toBe(await run());
  });
});

describe('checkpoints', () => {
  test('sign the head, which anyone can check with the public key', async () => {
    const bench = makeLogBench(10);
    const log = await bench.opened();
    await must(log.record(OPENED));
    const head = await must(log.checkpoint());
    expect(head).toBe(log.head());
    expect(verified(bench, null)).toMatchObject({ head, checkpoints: 1 });
  });

  test('erase the log key: what the machine still holds forges nothing before them', async () => {
    const bench = makeLogBench(11);
    const log = await bench.opened();
    const secret = bench.logKey().key;
    await must(log.record(OPENED));
    await must(log.checkpoint());
    await must(log.record(CAST));
    for (const medium of [bench.fixed, bench.removable])
      for (const [path, content] of medium.files())
        expect(`${path} ${new TextDecoder().decode(content)}`).not.toContain(secret);
    expect(Buffer.from(bench.firstKey()).toString('hex')).toBe(secret);
  });

  test('part the keys of what came before and after them, also in one go', async () => {
    const bench = makeLogBench(13);
    const log = await bench.opened();
    await Promise.all([
      must(log.record(OPENED)),
      must(log.checkpoint()),
      must(log.record(CAST)),
      must(log.checkpoint()),
      must(log.record(CAST)),
    ]);
    expect(verified(bench).checkpoints).toBe(2);
  });

  test(`come by themselves after ${CHECKPOINT_EVERY} entries`, async () => {
    const bench = makeLogBench(12);
    const log = await bench.opened();
    for (let index = 0; index < CHECKPOINT_EVERY; index++) {
      bench.clock.after(WINDOW_MS, () => undefined);
      await bench.clock.run(new Promise<void>((resolve) => bench.clock.after(WINDOW_MS, resolve)));
      await must(log.record(CAST));
    }
    expect(verified(bench).checkpoints).toBe(1);
  });
});

describe('checking from outside', () => {
  const filled = async (seed: number): Promise<LogBench> => {
    const bench = makeLogBench(seed);
    const log = await bench.opened();
    await must(log.record(OPENED));
    await must(log.checkpoint());
    for (let index = 0; index < 5; index++) await must(log.record(CAST));
    await must(log.checkpoint());
    return bench;
  };

  test('finds any changed byte, with its line', async () => {
    const bench = await filled(20);
    const original = bench.bytes(bench.fixed);
    const key = bench.firstKey();
    fc.assert(
      fc.property(fc.nat(original.length - 1), fc.integer({ min: 1, max: 255 }), (at, mask) => {
        const bytes = original.slice();
        bytes[at]! ^= mask;
        const result = verifyEventLog(bytes, bench.identity.publicKey, key);
        expect(result.ok).toBe(false);
        const line = original.subarray(0, at).filter((byte) => byte === 0x0a).length;
        if (!result.ok) expect(result.error.map((problem) => problem.line)).toContain(line);
      }),
      { seed: 7, numRuns: 300 },
    );
  });

  test('finds a line that was taken out, put in, swapped or repeated', async () => {
    const bench = await filled(21);
    const lines = bench.text(bench.fixed).trimEnd().split('\n');
    const key = bench.firstKey();
    const join = (parts: readonly string[]): string => `${parts.join('\n')}\n`;
    const swapped = lines.with(4, lines[5] ?? '').with(5, lines[4] ?? '');
    for (const forged of [
      lines.toSpliced(4, 1),
      lines.toSpliced(4, 0, lines[4] ?? ''),
      swapped,
      lines.slice(1),
      [],
    ])
      expect(problemsOf(bench, join(forged), key)).not.toEqual([]);
    expect(problemsOf(bench, join(lines), key)).toEqual([]);
  });

  test('a log rewritten with all hashes right fails by its MACs, or by the checkpoint', async () => {
    const bench = await filled(22);
    const other = await filled(23);
    const lines = bench.text(bench.fixed).split('\n');
    const foreign = other.text(other.fixed).split('\n');
    const mixed = [...lines.slice(0, 4), ...foreign.slice(4)].join('\n');
    expect(problemsOf(bench, mixed, bench.firstKey()).length).toBeGreaterThan(0);
    expect(problemsOf(bench, other.text(other.fixed), null)[0]).toEqual({
      line: 0,
      fault: { kind: 'otherMachine' },
    });
  });

  test('can be checked with SHA-256, HMAC and Ed25519 of OpenSSL alone', async () => {
    const bench = await filled(25);
    const publicKey = createPublicKey(publicKeyPem(bench.identity.publicKey));
    let key = Buffer.from(bench.firstKey());
    let head = Buffer.alloc(0);
    let checkpoints = 0;
    for (const line of bench.text(bench.fixed).trimEnd().split('\n')) {
      const { n, h, m, s } = JSON.parse(line);
      const body = line.replace(/,"h":"[^{]*}$/, '}');
      head = createHash('sha256').update(head).update(body).digest();
      expect(head.toString('hex')).toBe(h);
      if (m === undefined) continue;
      const mac = createHmac('sha256', key).update(head).digest().subarray(0, 16);
      expect(mac.toString('hex')).toBe(m);
      if (s === undefined) continue;
      const signed = `urna event log chain AN-2020 201301006.01\n${n}\n${head.toString('base64')}\n`;
      expect(cryptoVerify(null, Buffer.from(signed), publicKey, Buffer.from(s, 'hex'))).toBe(true);
      key = createHmac('sha256', key).update('urna event log next key v1').digest();
      checkpoints++;
    }
    expect(checkpoints).toBe(2);
  });

  test('a log rewritten after the key was taken is caught where the taken key begins', async () => {
    // Who takes the unit has its identity key and the present log key, and forges with both.
    const bench = await filled(26);
    const taken = bench.logKey();
    expect(taken.epoch).toBe(2);
    const lines = bench.text(bench.fixed).trimEnd().split('\n');
    const kept = new TextEncoder().encode(`${lines.slice(0, 2).join('\n')}\n`);
    const { state } = readLog(kept, [bench.identity.publicKey], null, true);
    if (state === null) throw new Error('no state');
    const event: LogEvent = { id: 'pollsOpened', fields: { override: true } };
    const key = Uint8Array.from(Buffer.from(taken.key, 'hex'));
    const minute = '2026-12-06T10:03Z';
    const one = writeEntry(state, event, minute, key, bench.identity.privateKey);
    const end: LogEvent = { id: 'checkpointSigned', fields: { number: 1 } };
    const two = writeEntry(one.state, end, minute, key, bench.identity.privateKey);
    const forged = new TextDecoder().decode(kept) + one.line + two.line;
    expect(problemsOf(bench, forged, null)).toEqual([]);
    expect(problemsOf(bench, forged, bench.firstKey())).toEqual([
      { line: 2, fault: { kind: 'wrongMac' } },
      { line: 3, fault: { kind: 'wrongMac' } },
    ]);
  });

  test('even who holds the first key can not write what a log does not have', async () => {
    const bench = await filled(28);
    const header = bench.text(bench.fixed).split('\n')[0] ?? '';
    const before = Buffer.from(JSON.parse(header).h, 'hex');
    const key = bench.firstKey();
    /** A line rightly bound and authenticated, whatever it says. */
    const forge = (body: object, more: object = {}): string => {
      const text = JSON.stringify(body);
      const hash = createHash('sha256').update(before).update(text).digest();
      const mac = createHmac('sha256', key).update(hash).digest('hex').slice(0, 32);
      const members = JSON.stringify({ h: hash.toString('hex'), m: mac, ...more });
      return `${text.slice(0, -1)},${members.slice(1)}`;
    };
    const faultOf = (line: string) => problemsOf(bench, `${header}\n${line}\n`, key)[0]?.fault;
    const good = { n: 1, t: '2026-12-06T10:03Z', id: 'ballotCast', f: {} };
    expect(faultOf(forge(good))).toBeUndefined();
    expect(faultOf(forge({ ...good, n: 2 }))).toEqual({
      kind: 'number',
      found: '2',
      expected: 1,
    });
    expect(faultOf(forge({ ...good, f: { card: 'x' } }))).toEqual({
      kind: 'extraField',
      event: 'ballotCast',
      field: 'card',
    });
    expect(faultOf(forge({ ...good, id: 'voteCast' }))).toEqual({
      kind: 'noEvent',
      event: 'voteCast',
    });
    expect(faultOf(forge({ ...good, t: '2026-12-06T10:03:27Z' }))).toEqual({ kind: 'noMinute' });
    expect(faultOf(forge(good, { x: 1 }))).toEqual({ kind: 'spelling' });
    expect(faultOf(forge(good).replace('"f"', ' "f"'))).toEqual({ kind: 'spelling' });
    expect(faultOf(forge({ ...good, voter: 'V1' }))).toEqual({ kind: 'spelling' });
    const unsigned = { ...good, id: 'checkpointSigned', f: { number: 1 } };
    expect(faultOf(forge(unsigned, { s: '00'.repeat(64) }))).toEqual({ kind: 'wrongSignature' });
    expect(faultOf(forge(unsigned, { s: '' }))).toEqual({ kind: 'noSignature' });
    const otherHeader = header.replace('AN-2020', 'AN-2021');
    expect(problemsOf(bench, `${otherHeader}\n`, null)).toEqual([
      { line: 0, fault: { kind: 'notBoundToContent' } },
    ]);
  });

  test('no bytes at all make the check throw', async () => {
    const bench = await filled(27);
    const original = bench.text(bench.fixed);
    const { publicKey } = bench.identity;
    const check = (text: string) =>
      verifyEventLog(new TextEncoder().encode(text), publicKey, bench.firstKey());
    const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
    const [header = '', first = ''] = original.split('\n');
    for (const line of [
      deep,
      first.replace('"f":{', `"f":{"x":${deep},`),
      'x'.repeat(100_000),
      'null',
    ])
      expect(check(`${header}\n${line}\n`).ok).toBe(false);
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.json(), fc.string(), fc.constant(first))), (lines) => {
        expect(typeof check([header, ...lines, ''].join('\n')).ok).toBe('boolean');
      }),
      { seed: 7, numRuns: 150 },
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        expect(verifyEventLog(bytes, publicKey, null).ok).toBe(false);
      }),
      { seed: 7, numRuns: 150 },
    );
  });

  test('with the key of after a checkpoint, an entry before it can not be replaced unseen', async () => {
    const bench = makeLogBench(24);
    const log = await bench.opened();
    await must(log.record(OPENED));
    const wrong = new Uint8Array(32).fill(1);
    const problems = problemsOf(bench, bench.text(bench.fixed), wrong);
    expect(problems).toEqual([
      { line: 1, fault: { kind: 'wrongMac' } },
      { line: 2, fault: { kind: 'wrongMac' } },
    ]);
  });
});

describe('limits', () => {
  test('repeats beyond the limit are counted, and the count is written', async () => {
    const bench = makeLogBench(30);
    const log = await bench.opened();
    const repeats = 500;
    for (let index = 0; index < repeats; index++) await must(log.record(LOST));
    await must(log.checkpoint());
    const { entries } = verified(bench);
    expect(entries.filter(({ id }) => id === 'mediumLost').length).toBe(LIMIT_IN_WINDOW);
    const noted = entries.filter(({ id }) => id === 'repeatsSuppressed');
    expect(noted.map(({ fields }) => fields)).toEqual([
      { event: 'mediumLost', count: 1 },
      { event: 'mediumLost', count: repeats - LIMIT_IN_WINDOW },
    ]);
  });

  test('one kind of event that floods does not hide another, nor itself a minute later', async () => {
    const bench = makeLogBench(31);
    const log = await bench.opened();
    for (let index = 0; index < 100; index++) await must(log.record(LOST));
    await must(log.record(OPENED));
    await bench.clock.run(new Promise<void>((resolve) => bench.clock.after(WINDOW_MS, resolve)));
    await must(log.record(LOST));
    expect(idsOf(verified(bench)).slice(-3)).toEqual([
      'pollsOpened',
      'repeatsSuppressed',
      'mediumLost',
    ]);
  });

  test('a full log says so for every further entry, and still takes the last words', async () => {
    const bench = makeLogBench(32, MIN_RESERVE_BYTES + 4000);
    const log = await bench.opened();
    let full: string | null = null;
    for (let index = 0; index < 60 && full === null; index++) {
      await bench.clock.run(new Promise<void>((resolve) => bench.clock.after(WINDOW_MS, resolve)));
      const result = await log.record(CAST);
      if (!result.ok) full = result.error.kind;
    }
    expect(full).toBe('full');
    const before = log.entries();
    expect(await log.record(OPENED)).toMatchObject({ ok: false, error: { kind: 'full' } });
    await must(log.record(PARKED));
    await must(log.checkpoint());
    expect(log.entries()).toBe(before + 2);
    expect(idsOf(verified(bench)).slice(-2)).toEqual(['machineParked', 'checkpointSigned']);
  });

  test('warns before it is full', async () => {
    const bench = makeLogBench(33, 64 * 1024);
    const log = await bench.opened();
    for (let index = 0; log.usedBytes() < 59_600; index++) {
      if (index % 20 === 0)
        await bench.clock.run(
          new Promise<void>((resolve) => bench.clock.after(WINDOW_MS, resolve)),
        );
      await must(log.record({ id: 'resultsSent', fields: { digest: 'ab'.repeat(32) } }));
    }
    expect(idsOf(verified(bench)).filter((id) => id === 'logNearlyFull').length).toBe(1);
  });

  test('writes a burst in batches that a cut may tear without looking like tampering', async () => {
    const bench = makeLogBench(35);
    const log = await bench.opened();
    let length = bench.bytes(bench.fixed).length;
    let longest = 0;
    bench.hook.afterOperation = () => {
      longest = Math.max(longest, bench.bytes(bench.fixed).length - length);
      length = bench.bytes(bench.fixed).length;
    };
    const ids = [
      'coverOpened',
      'coverClosed',
      'tamperOpened',
      'tamperClosed',
      'pollsReady',
    ] as const;
    const burst = Array.from(
      { length: 150 },
      (_, index): LogEvent => ({
        id: ids[index % ids.length] ?? 'pollsReady',
        fields: {},
      }),
    );
    await Promise.all(burst.map((event) => must(log.record(event))));
    expect(bench.bytes(bench.fixed).length).toBeGreaterThan(MAX_BATCH_BYTES);
    expect(longest).toBeGreaterThan(MAX_BATCH_BYTES / 2);
    expect(longest).toBeLessThanOrEqual(MAX_BATCH_BYTES);
    expect(verified(bench).entries.length).toBe(151);
  });

  test('takes no more than a bounded number of waiting events', async () => {
    const bench = makeLogBench(34);
    const log = await bench.opened();
    const ids = ['coverOpened', 'coverClosed', 'tamperOpened', 'tamperClosed'] as const;
    let waiting = 0;
    const results: Promise<unknown>[] = [];
    // The medium hangs: nothing that is asked of it ever ends.
    bench.fixed.endProcesses();
    bench.removable.endProcesses();
    let overrun = false;
    for (; waiting < MAX_WAITING + 200; waiting++) {
      if (waiting % 100 === 99)
        await bench.clock.run(
          new Promise<void>((resolve) => bench.clock.after(WINDOW_MS, resolve)),
        );
      const id = ids[waiting % ids.length] ?? 'coverOpened';
      results.push(
        log.record({ id, fields: {} }).then((result) => {
          overrun ||= !result.ok && result.error.kind === 'overrun';
        }),
      );
    }
    await bench.clock.run(new Promise<void>((resolve) => bench.clock.after(1, resolve)));
    expect(overrun).toBe(true);
  });
});

describe('cuts and pulls', () => {
  test('continues after a restart, on the same chain and under the same key', async () => {
    const bench = makeLogBench(40);
    const first = await bench.opened();
    await must(first.record(OPENED));
    await must(first.checkpoint());
    bench.fixed.endProcesses();
    bench.removable.endProcesses();
    const second = await bench.opened();
    await must(second.record(CAST));
    await must(second.checkpoint());
    expect(idsOf(verified(bench))).toEqual([
      'logStarted',
      'pollsOpened',
      'checkpointSigned',
      'logResumed',
      'ballotCast',
      'checkpointSigned',
    ]);
  });

  test('keeps every acknowledged entry, whatever a cut leaves of the last', async () => {
    for (let cutAt = 1; cutAt <= 40; cutAt++) {
      const bench = makeLogBench(41);
      const log = await bench.opened();
      const acknowledged: string[] = ['logStarted'];
      let state = cutAt;
      // A small generator, so that each cut leaves another mix of sectors.
      const choice = (options: number): number => {
        state = (state * 48271) % 0x7fffffff;
        return state % options;
      };
      for (let index = 0; index < cutAt % 8; index++) {
        const event = index % 3 === 2 ? null : OPENED;
        if (event === null) await must(log.checkpoint());
        else await must(log.record(event));
        acknowledged.push(event === null ? 'checkpointSigned' : event.id);
      }
      // One more is on its way when the power goes.
      const unfinished = cutAt % 2 === 0 ? log.checkpoint() : log.record(CAST);
      for (let tick = 0; tick < cutAt; tick++) await Promise.resolve();
      bench.fixed.cutPower(choice, true);
      bench.removable.cutPower(choice, true);
      void unfinished;
      const again = await bench.opened();
      await must(again.record(CAST));
      const ids = idsOf(verified(bench));
      expect(ids.slice(0, acknowledged.length)).toEqual(acknowledged);
      expect(bench.text(bench.fixed)).toBe(bench.text(bench.removable));
      expect(ids).toContain('logResumed');
    }
  });

  /** A few minutes of a log's life; tells what was acknowledged. */
  const live = async (bench: LogBench, acknowledged: string[]): Promise<void> => {
    const log = await bench.opened();
    acknowledged.push('logStarted');
    const say = async (event: LogEvent): Promise<void> => {
      await must(log.record(event));
      acknowledged.push(event.id);
    };
    await say(OPENED);
    await must(log.checkpoint());
    acknowledged.push('checkpointSigned');
    await say(CAST);
    bench.removable.pull();
    await say(LOST);
    bench.removable.putBack();
    await must(log.synchronise('removable'));
    await say({ id: 'mediumSynchronised', fields: { medium: 'removable' } });
    await must(log.checkpoint());
    acknowledged.push('checkpointSigned');
    await say(PARKED);
  };

  test('a cut after any single operation, leaving any mix, loses nothing that was acknowledged', async () => {
    const whole = makeLogBench(49);
    let operations = 0;
    whole.hook.afterOperation = () => {
      operations++;
    };
    await live(whole, []);
    expect(operations).toBeGreaterThan(60);
    for (let cutAt = 1; cutAt <= operations; cutAt++)
      for (let mix = 0; mix < 6; mix++) {
        const bench = makeLogBench(49);
        let state = 1 + mix * 7919 + cutAt;
        const random = (options: number): number => {
          state = (state * 48271) % 0x7fffffff;
          return state % options;
        };
        const choice = mix === 0 ? keepOld : mix === 1 ? keepNew : random;
        let done = 0;
        let cut = false;
        bench.hook.afterOperation = () => {
          if (++done !== cutAt) return;
          bench.fixed.cutPower(choice, mix > 1);
          bench.removable.cutPower(choice, mix > 1);
          cut = true;
        };
        const acknowledged: string[] = [];
        void live(bench, acknowledged);
        for (let turn = 0; turn < 100 && !cut; turn++)
          await new Promise((resolve) => setImmediate(resolve));
        expect(cut).toBe(true);
        bench.hook.afterOperation = () => undefined;
        bench.removable.putBack();
        const again = await bench.opened();
        await must(again.record(CAST));
        const ids = idsOf(verified(bench)).filter(
          (id) => !id.startsWith('log') || id === 'logStarted',
        );
        expect(ids.slice(0, acknowledged.length)).toEqual(acknowledged);
        expect(bench.text(bench.fixed)).toBe(bench.text(bench.removable));
      }
  });

  test('a module alone has its log and a key to it, whatever a cut left of it when the board died', async () => {
    const whole = makeLogBench(491);
    let operations = 0;
    whole.hook.afterOperation = () => {
      operations++;
    };
    await live(whole, []);
    for (let cutAt = 8; cutAt <= operations; cutAt++)
      for (let mix = 0; mix < 6; mix++) {
        const bench = makeLogBench(491);
        let state = 1 + mix * 7919 + cutAt;
        const random = (options: number): number => {
          state = (state * 48271) % 0x7fffffff;
          return state % options;
        };
        let done = 0;
        let cut = false;
        bench.hook.afterOperation = () => {
          if (++done !== cutAt) return;
          bench.fixed.cutPower(random, true);
          bench.removable.cutPower(random, true);
          cut = true;
        };
        void live(bench, []);
        for (let turn = 0; turn < 100 && !cut; turn++)
          await new Promise((resolve) => setImmediate(resolve));
        bench.hook.afterOperation = () => undefined;
        bench.removable.putBack();
        // What the first line of a log and its key have not reached yet is no election.
        if (!bench.removable.files().has(LOG_FILE)) continue;
        bench.fixed.replaceByFresh();
        const spare = makeEd25519KeyPair(bench.entropy);
        const again = await bench.open(spare, [bench.identity.publicKey]);
        expect(again.ok ? 'opened' : `${cutAt} ${mix} ${again.error.detail}`).toBe('opened');
      }
  });

  test('a spare unit goes on with the log of the one whose module it got, signing for itself', async () => {
    const bench = makeLogBench(490);
    const log = await bench.opened();
    await must(log.record(OPENED));
    await must(log.checkpoint());
    bench.removable.endProcesses();
    bench.fixed.replaceByFresh();
    const spare = makeEd25519KeyPair(bench.entropy);
    expect(await bench.open(spare)).toMatchObject({ error: { kind: 'tampered' } });
    const opened = await bench.open(spare, [bench.identity.publicKey]);
    if (!opened.ok) throw new Error(opened.error.detail);
    await must(opened.value.record({ id: 'unitReplaced', fields: {} }));
    await must(opened.value.checkpoint());
    const both = [bench.identity.publicKey, spare.publicKey];
    const read = verifyEventLog(bench.bytes(bench.fixed), both, bench.firstKey());
    if (!read.ok) throw new Error(JSON.stringify(read.error));
    expect(read.value.checkpoints).toBe(2);
    expect(verifyEventLog(bench.bytes(bench.fixed), bench.identity.publicKey, null)).toMatchObject({
      error: [{ fault: { kind: 'wrongSignature' } }],
    });
  });

  test("another unit's module is set aside, and one that can not be read is left out", async () => {
    const bench = makeLogBench(491);
    const log = await bench.opened();
    await must(log.record(OPENED));
    const other = makeLogBench(492);
    const foreign = await other.opened();
    for (let index = 0; index < 5; index++) await must(foreign.checkpoint());
    bench.fixed.endProcesses();
    bench.removable.endProcesses();
    bench.removable.load(other.removable.files());
    const again = await bench.opened();
    expect(again.inStep()).toEqual(['fixed', 'removable']);
    expect(idsOf(verified(bench))).toContain('logSetAside');
    expect(bench.text(bench.removable)).toBe(bench.text(bench.fixed));
    bench.fixed.endProcesses();
    bench.removable.endProcesses();
    bench.removable.behave({ kind: 'unreadable', path: null });
    const third = await bench.opened();
    expect(third.inStep()).toEqual(['fixed']);
  });

  test('cuts off a torn last line and notes it', async () => {
    const bench = makeLogBench(42);
    const log = await bench.opened();
    await must(log.record(OPENED));
    bench.fixed.endProcesses();
    bench.removable.endProcesses();
    for (const medium of [bench.fixed, bench.removable]) {
      const files = medium.files();
      files.set(LOG_FILE, Buffer.concat([bench.bytes(medium), Buffer.from('{"n":3,"t":"2026')]));
      medium.load(files);
    }
    await bench.opened();
    const { entries } = verified(bench);
    expect(idsOf({ entries })).toEqual([
      'logStarted',
      'pollsOpened',
      'logResumed',
      'logTornLineCut',
      'logTornLineCut',
    ]);
    expect(entries.at(-1)?.fields).toEqual({ medium: 'removable', bytes: 16 });
  });

  test('goes on with one medium, tells who listens, and copies all to a fresh one', async () => {
    const bench = makeLogBench(43);
    const log = await bench.opened();
    const lost: string[] = [];
    log.onLoss((medium) => lost.push(medium));
    await must(log.record(OPENED));
    bench.removable.pull();
    await must(log.record(LOST));
    expect(lost).toEqual(['removable']);
    expect(log.inStep()).toEqual(['fixed']);
    bench.removable.replaceByFresh();
    await must(log.synchronise('removable'));
    await must(log.record({ id: 'mediumSynchronised', fields: { medium: 'removable' } }));
    expect(log.inStep()).toEqual(['fixed', 'removable']);
    expect(bench.text(bench.removable)).toBe(bench.text(bench.fixed));
    expect(idsOf(verified(bench)).slice(-3)).toEqual([
      'mediumLost',
      'logCopied',
      'mediumSynchronised',
    ]);
  });

  test('an entry that comes while a medium is brought into step is on both in the end', async () => {
    const bench = makeLogBench(44);
    const log = await bench.opened();
    bench.removable.pull();
    await must(log.record(LOST));
    bench.removable.putBack();
    const [synchronised, recorded] = await Promise.all([
      log.synchronise('removable'),
      log.record(OPENED),
    ]);
    expect([synchronised.ok, recorded.ok]).toEqual([true, true]);
    expect(bench.text(bench.removable)).toBe(bench.text(bench.fixed));
    expect(idsOf(verified(bench))).toContain('pollsOpened');
  });

  test('a medium is brought into step only after what is being written', async () => {
    const bench = makeLogBench(440);
    const log = await bench.opened();
    bench.removable.pull();
    await must(log.record(LOST));
    bench.removable.putBack();
    const [recorded, synchronised] = await Promise.all([
      log.record(OPENED),
      log.synchronise('removable'),
    ]);
    expect([synchronised.ok, recorded.ok]).toEqual([true, true]);
    await must(log.record(CAST));
    expect(bench.text(bench.removable)).toBe(bench.text(bench.fixed));
    expect(idsOf(verified(bench))).toContain('pollsOpened');
  });

  test('a medium that takes no writes stays out of step at the start', async () => {
    const bench = makeLogBench(441);
    const log = await bench.opened();
    bench.removable.pull();
    await must(log.record(LOST));
    bench.fixed.endProcesses();
    bench.removable.putBack();
    bench.removable.behave({ kind: 'readOnly' });
    expect((await bench.opened()).inStep()).toEqual(['fixed']);
  });

  test('keeps a log aside that went another way', async () => {
    const bench = makeLogBench(45);
    const log = await bench.opened();
    bench.removable.pull();
    await must(log.record(LOST));
    bench.fixed.endProcesses();
    const saved = bench.fixed.files();
    bench.fixed.replaceByFresh();
    bench.fixed.pull();
    bench.removable.putBack();
    const spare = await bench.opened();
    await must(spare.record(OPENED));
    await must(spare.record(CAST));
    bench.removable.endProcesses();
    bench.fixed.putBack();
    bench.fixed.load(saved);
    await bench.opened();
    const aside = [...bench.fixed.files().keys()].filter((path) => path.includes('set-aside'));
    expect(aside.length).toBe(1);
    expect(idsOf(verified(bench))).toContain('logSetAside');
    expect(bench.text(bench.removable)).toBe(bench.text(bench.fixed));
  });

  test('one broken medium is mended from the other', async () => {
    const bench = makeLogBench(46);
    const log = await bench.opened();
    for (let index = 0; index < 10; index++) await must(log.record(OPENED));
    bench.fixed.endProcesses();
    bench.removable.endProcesses();
    bench.fixed.rot(LOG_FILE, 300);
    const again = await bench.opened();
    expect(again.inStep()).toEqual(['fixed', 'removable']);
    expect(bench.text(bench.fixed)).toBe(bench.text(bench.removable));
    expect(idsOf(verified(bench)).filter((id) => id === 'pollsOpened').length).toBe(10);
  });

  test('parks on an fsync that reports an error, and never tries again', async () => {
    const bench = makeLogBench(47);
    const log = await bench.opened();
    bench.removable.behave({ kind: 'notSynced' });
    expect(await log.record(OPENED)).toMatchObject({ ok: false, error: { kind: 'notSynced' } });
    bench.removable.behave(null);
    const syncs = bench.removable.counters().syncs;
    expect(await log.record(OPENED)).toMatchObject({ ok: false, error: { kind: 'notSynced' } });
    expect(await log.checkpoint()).toMatchObject({ ok: false, error: { kind: 'notSynced' } });
    expect(bench.removable.counters().syncs).toBe(syncs);
  });

  test('a medium without room is out of step like a missing one', async () => {
    const bench = makeLogBench(48);
    const log = await bench.opened();
    bench.fixed.behave({ kind: 'full' });
    expect(await log.record(OPENED)).toMatchObject({ ok: true });
    expect(log.inStep()).toEqual(['removable']);
    bench.fixed.behave(null);
    expect(await log.synchronise('fixed')).toMatchObject({ ok: true });
    expect(bench.text(bench.fixed)).toBe(bench.text(bench.removable));
  });

  test('when no medium has room the log is full, for good', async () => {
    const bench = makeLogBench(49);
    const log = await bench.opened();
    bench.fixed.behave({ kind: 'full' });
    bench.removable.behave({ kind: 'full' });
    expect(await log.record(OPENED)).toMatchObject({ ok: false, error: { kind: 'full' } });
    bench.fixed.behave(null);
    bench.removable.behave(null);
    expect(await log.record(OPENED)).toMatchObject({ ok: false, error: { kind: 'full' } });
  });
});

describe('tampering', () => {
  const closedDown = async (seed: number) => {
    const bench = makeLogBench(seed);
    const log = await bench.opened();
    await must(log.record(OPENED));
    const early = { fixed: bench.fixed.files(), removable: bench.removable.files() };
    await must(log.checkpoint());
    await must(log.record(CAST));
    bench.fixed.endProcesses();
    bench.removable.endProcesses();
    return { bench, early };
  };
  const put = (bench: LogBench, path: string, content: Uint8Array | null): void => {
    for (const medium of [bench.fixed, bench.removable]) {
      const files = medium.files();
      if (content === null) files.delete(path);
      else files.set(path, content);
      medium.load(files);
    }
  };
  const refusal = async (bench: LogBench) => {
    const result = await bench.open();
    return result.ok ? null : result.error;
  };

  test('a log older than its key is refused', async () => {
    const { bench, early } = await closedDown(50);
    put(bench, LOG_FILE, early.fixed.get(LOG_FILE) ?? null);
    expect(await refusal(bench)).toMatchObject({
      kind: 'tampered',
      detail: expect.stringContaining('older than its key'),
    });
  });

  test('a log that is broken further back than a cut can reach is refused', async () => {
    const bench = makeLogBench(56);
    const log = await bench.opened();
    const digest = 'ab'.repeat(32);
    for (let index = 0; index < 120; index++) {
      if (index % 20 === 0)
        await bench.clock.run(
          new Promise<void>((resolve) => bench.clock.after(WINDOW_MS, resolve)),
        );
      await must(log.record({ id: 'resultsSent', fields: { digest } }));
    }
    bench.fixed.endProcesses();
    bench.removable.endProcesses();
    for (const medium of [bench.fixed, bench.removable]) medium.rot(LOG_FILE, 1000);
    expect(await refusal(bench)).toMatchObject({ kind: 'tampered' });
  });

  test('a log without its key, or a key without its log, is refused', async () => {
    const one = await closedDown(51);
    for (const path of KEY_FILES) put(one.bench, path, null);
    expect(await refusal(one.bench)).toMatchObject({ kind: 'tampered' });
    const other = await closedDown(52);
    put(other.bench, LOG_FILE, null);
    expect(await refusal(other.bench)).toMatchObject({ kind: 'tampered' });
  });

  test('a log of nothing, of another machine, or of another election is refused', async () => {
    const { bench } = await closedDown(53);
    const foreign = await closedDown(54);
    for (const content of [new Uint8Array(0), foreign.bench.bytes(foreign.bench.fixed)]) {
      put(bench, LOG_FILE, content);
      expect(await refusal(bench)).toMatchObject({ kind: 'tampered' });
    }
  });

  test('entries after the last checkpoint that were made without the log key are not taken up', async () => {
    const { bench } = await closedDown(55);
    const forged = bench
      .text(bench.fixed)
      .replace(/"m":"[0-9a-f]{32}"}\n$/, `"m":"${'0'.repeat(32)}"}\n`);
    put(bench, LOG_FILE, new TextEncoder().encode(forged));
    await bench.opened();
    expect(idsOf(verified(bench))).not.toContain('ballotCast');
    expect(idsOf(verified(bench))).toContain('logTornLineCut');
  });
});

describe('export as NIST SP 1500-101', () => {
  const schema = JSON.parse(
    readFileSync(new URL('../vectors/nist-1500-101-v1.schema.json', import.meta.url), 'utf8'),
  );
  // Draft 4 differs from draft 7 in nothing that this schema uses but its `$schema` line.
  const { $schema, ...definitions } = schema;
  const ajv = new Ajv({
    strict: true,
    formats: {
      'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/,
      date: /^\d{4}-\d\d-\d\d$/,
    },
  });
  const validate = ajv.compile(definitions);
  const options = { deviceId: 'unit-1', version: '0.1.0', minute: '2026-12-06T20:15Z' };

  test('is valid, complete and in order', async () => {
    expect($schema).toBe('http://json-schema.org/draft-04/schema#');
    const bench = makeLogBench(60);
    const log = await bench.opened();
    await must(log.record(OPENED));
    await must(log.record(CAST));
    await must(log.record({ id: 'recordReprinted', fields: {} }));
    await must(log.checkpoint());
    const exported = exportEventLog(verified(bench), options);
    expect(validate(exported) ? [] : validate.errors).toEqual([]);
    const events = exported.Device[0]?.Event ?? [];
    expect(events.map(({ Sequence }) => Sequence)).toEqual(['1', '2', '3', '4', '5']);
    expect(events[1]).toMatchObject({
      Id: 'pollsOpened',
      Type: 'voting',
      Disposition: 'success',
      TimeStamp: '2026-12-06T10:03:00Z',
      Details: '{"override":false}',
    });
    expect(events[3]).toMatchObject({ Disposition: 'other', OtherDisposition: 'exceptional' });
  });

  test('documents every id and type', () => {
    expect(validate(exportEventDocumentation(options)) ? [] : validate.errors).toEqual([]);
  });

  test('the schema does refuse what is not of it', () => {
    const exported = exportEventDocumentation(options);
    expect(validate({ ...exported, GeneratedDate: 'yesterday' })).toBe(false);
    expect(validate({ ...exported, Voter: 'V1' })).toBe(false);
  });
});

test('keepNew and keepOld leave a log that opens', async () => {
  for (const choice of [keepNew, keepOld]) {
    const bench = makeLogBench(70);
    const log = await bench.opened();
    await must(log.record(OPENED));
    bench.fixed.cutPower(choice);
    bench.removable.cutPower(choice);
    await bench.opened();
    expect(idsOf(verified(bench))).toEqual(['logStarted', 'pollsOpened', 'logResumed']);
  }
});
