/**
 * The sender as a process of its own: started by the supervisor's side, over TLS through a line that is cut,
 * to the real service; the booth's part is played by the test.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ProcessHandle } from '#boot/process/handle.ts';
import { portionsOf } from '#boot/process/portions.ts';
import { spawnProcess } from '#boot/process/spawn.ts';
import { makeSendingSide, type SendingSide } from '#boot/supervisor/sending-side.ts';
import type { StartedUnit } from '#boot/supervisor/start-up.ts';
import { makeSysfsNetworkSwitch } from '#drivers/network/network-switch.ts';
import type { ToBooth } from '#firmware/messages/unit-catalogue.ts';
import { isReceiptFor, openReceipt } from '#firmware/transmission/receipt.ts';
import { writeSubmission } from '#firmware/transmission/submission.ts';
import { RESULT_FILES } from '#firmware/vault/result-package.ts';
import { authorityPublicKey } from '#scripts/day/provision.ts';
import { type NetworkGate, openNetworkGate } from '#scripts/devices/network-gate.ts';
import { onePrecinctNation } from '#scripts/nation/one-precinct.ts';
import { type Centre, openCentre } from '#scripts/receive/centre-folder.ts';
import { type ReceiverServer, startReceiver } from '#scripts/receive/receiver-server.ts';
import { makeDispatchRig } from '#test/runtime/dispatch-rig.ts';

const LIMIT_MS = 60_000;

type Rig = {
  readonly folder: string;
  readonly gate: NetworkGate;
  readonly centre: Centre;
  readonly server: ReceiverServer;
  readonly side: SendingSide;
  readonly message: Uint8Array;
  readonly processes: ProcessHandle[];
  readonly said: ToBooth[];
  readonly events: string[];
  /** Resolves with the first word of this kind from now on. */
  readonly next: <K extends ToBooth['kind']>(
    kind: K,
  ) => Promise<Extract<ToBooth, { readonly kind: K }>>;
  readonly isUp: () => boolean;
  /** Resolves when the interface is down. */
  readonly down: () => Promise<void>;
};

let rig: Rig;
let close = (): Promise<void> => Promise.resolve();

const makeRig = async (): Promise<Rig> => {
  const folder = mkdtempSync(join(tmpdir(), 'urna-sender-'));
  // A signed result of a precinct, and the authority that certified its machine.
  const made = await makeDispatchRig();
  const { identity, given, code } = made;
  const nation = onePrecinctNation(
    given.definition,
    given.pollbook.voters.length,
    [{ code, key: Buffer.from(identity.publicKey).toString('hex') }],
    authorityPublicKey(given),
  );
  const centre = await openCentre(join(folder, 'centre'), nation, null);
  const server = await startReceiver({
    register: nation.register,
    reception: centre.reception,
    identity: centre.identity,
    anomalies: centre.anomalies,
    host: '127.0.0.1',
    port: 0,
    onTrouble: () => undefined,
  });
  const sysfs = join(folder, 'sys');
  const gate = await openNetworkGate({
    sysfs,
    port: 0,
    target: () => Promise.resolve(server.port),
  });
  const unit = {
    identity,
    receivers: [
      {
        election: given.definition.id,
        url: `https://127.0.0.1:${gate.port}`,
        key: centre.identity.publicKey,
      },
    ],
    electionPackage: { definition: given.definition },
    opened: { board: { network: makeSysfsNetworkSwitch({ sysfs, interface: gate.interface }) } },
  } as unknown as StartedUnit;
  const said: ToBooth[] = [];
  const events: string[] = [];
  const waiting = new Set<(message: ToBooth) => void>();
  const processes: ProcessHandle[] = [];
  let eventCame = (): void => undefined;
  const side = makeSendingSide({
    startProcess: () => {
      const process = spawnProcess('sender-process.ts', []);
      processes.push(process);
      return process;
    },
    unit: () => unit,
    record: ({ id }) => {
      events.push(id);
      eventCame();
    },
    toBooth: (message) => {
      said.push(message);
      for (const each of [...waiting]) each(message);
    },
    guard: (work) => void work,
  });
  side.phase('counted');
  close = async () => {
    await side.stop();
    gate.close();
    await server.close();
    await centre.close();
    rmSync(folder, { recursive: true, force: true });
  };
  const signature = made.files[RESULT_FILES.signature] ?? new Uint8Array(0);
  return {
    folder,
    gate,
    centre,
    server,
    side,
    message: writeSubmission({ bytes: made.packageBytes, signature }),
    processes,
    said,
    events,
    next: (kind) =>
      new Promise((resolve) => {
        const look = (message: ToBooth): void => {
          if (message.kind !== kind) return;
          waiting.delete(look);
          resolve(message as Extract<ToBooth, { readonly kind: typeof kind }>);
        };
        waiting.add(look);
      }),
    isUp: () =>
      readFileSync(join(sysfs, 'class/net', gate.interface, 'flags'), 'latin1').trim() === '0x1003',
    down: () =>
      new Promise((resolve) => {
        eventCame = () => {
          if (events.includes('networkDisabled')) resolve();
        };
        eventCame();
      }),
  };
};

const send = (): void => {
  rig.side.sendResult(rig.message.length);
  for (const portion of portionsOf(rig.message)) rig.side.portion(portion);
};

beforeEach(async () => {
  rig = await makeRig();
});
afterEach(() => close());

describe('the sender’s process', () => {
  test(
    'has the result received, hands over the receipt, and is gone with the network off',
    async () => {
      expect(rig.isUp()).toBe(false);
      const receipt = rig.next('receiptCame');
      send();
      const bytes = new Uint8Array(Buffer.from((await receipt).receipt, 'base64'));
      expect(rig.isUp()).toBe(true);
      const opened = openReceipt(bytes, rig.centre.identity.publicKey);
      expect(
        opened !== null &&
          isReceiptFor(opened, {
            election: opened.election,
            precinct: opened.precinct,
            bytes: rig.message.subarray(64),
          }),
      ).toBe(true);
      expect((await rig.centre.reception.progress()).received).toBe(1);
      const ended = rig.next('senderEnded');
      rig.side.tell({ kind: 'receiptKept', kept: true });
      await ended;
      await rig.down();
      expect(rig.isUp()).toBe(false);
      expect(rig.events).toEqual(['networkEnabled', 'networkDisabled']);
      expect(rig.processes).toHaveLength(1);
    },
    LIMIT_MS,
  );

  test.each(['noCarrier', 'cutInMessage', 'answerLost'] as const)(
    'comes through a line with %s',
    async (fault) => {
      rig.gate.fail(fault);
      const failed = rig.next('notSent');
      send();
      expect((await failed).why).toBe('cut');
      const had = (await rig.centre.reception.progress()).received;
      expect(had).toBe(fault === 'answerLost' ? 1 : 0);
      rig.gate.heal();
      const receipt = rig.next('receiptCame');
      rig.side.tell({ kind: 'hurry' });
      await receipt;
      expect((await rig.centre.reception.progress()).received).toBe(1);
    },
    LIMIT_MS,
  );

  test(
    'that is killed is told, and the network goes off',
    async () => {
      rig.gate.fail('noCarrier');
      const failed = rig.next('notSent');
      send();
      await failed;
      const ended = rig.next('senderEnded');
      rig.processes[0]?.kill();
      expect((await ended).why).toBe('senderFailed');
      await rig.down();
      expect(rig.isUp()).toBe(false);
    },
    LIMIT_MS,
  );

  test(
    'gives up with its reason when no medium takes the receipt',
    async () => {
      const receipt = rig.next('receiptCame');
      send();
      await receipt;
      const given = rig.next('gaveUp');
      rig.side.tell({ kind: 'receiptKept', kept: false });
      expect((await given).why).toBe('medium');
    },
    LIMIT_MS,
  );

  test(
    'without an interface nothing is started',
    async () => {
      rmSync(join(rig.folder, 'sys'), { recursive: true });
      const ended = rig.next('senderEnded');
      send();
      expect((await ended).why).toBe('network.absent');
      expect(rig.processes).toEqual([]);
      expect(rig.events).toEqual(['deviceFault']);
    },
    LIMIT_MS,
  );
});
