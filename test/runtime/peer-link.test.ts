/** The link between desk and booth begins anew whenever a frame may have been lost, and not more often. */
import { expect, test } from 'vitest';
import { makeMemoryLink } from '#drivers/links/memory-link.ts';
import { makeVirtualClock } from '#drivers/system/virtual-clock.ts';
import type { Message } from '#firmware/messages/catalogue.ts';
import { encodeFrame } from '#firmware/messages/frame.ts';
import { BEGIN_ANEW_MS, joinPeer } from '#firmware/runtime/peer-link.ts';
import { wait } from '#hal/clock.ts';
import { err } from '#hal/result.ts';

const makeRig = () => {
  const clock = makeVirtualClock(0);
  const wire = makeMemoryLink(clock, { baud: 1e6, bitsPerByte: 8 });
  const heard: Message[] = [];
  let restarts = 0;
  let busy = false;
  const peer = joinPeer({
    link: {
      ...wire.host,
      write: (bytes) =>
        busy
          ? Promise.resolve(err({ device: 'link', kind: 'busy', detail: 'too much waits' }))
          : wire.host.write(bytes),
    },
    clock,
    onMessage: (message) => heard.push(message),
    onRestart: () => restarts++,
    guard: (work) => void work,
  });
  return {
    clock,
    wire,
    peer,
    heard,
    restarts: () => restarts,
    setBusy: (next: boolean) => {
      busy = next;
    },
  };
};

test('a frame that the wire did not take makes the link begin anew, once for all that were lost', () => {
  const { clock, peer, restarts, setBusy } = makeRig();
  return clock.run(
    (async () => {
      peer.send({ kind: 'idle', turn: '00000001' });
      await wait(clock, 2 * BEGIN_ANEW_MS);
      expect(restarts()).toBe(0);
      setBusy(true);
      for (let count = 0; count < 5; count++) peer.send({ kind: 'completed' });
      await wait(clock, BEGIN_ANEW_MS / 2);
      setBusy(false);
      await wait(clock, BEGIN_ANEW_MS);
      expect(restarts()).toBe(1);
      await wait(clock, 10 * BEGIN_ANEW_MS);
      expect(restarts()).toBe(1);
    })(),
  );
});

test('a link that is away begins anew when it is back, not before', () => {
  const { clock, wire, peer, restarts } = makeRig();
  return clock.run(
    (async () => {
      wire.unplug();
      peer.send({ kind: 'idle', turn: '00000001' });
      await wait(clock, 5 * BEGIN_ANEW_MS);
      expect(restarts()).toBe(0);
      wire.plug();
      expect(restarts()).toBe(1);
    })(),
  );
});

test('garbage makes it begin anew; what comes after is heard', () => {
  const { clock, wire, heard, restarts } = makeRig();
  return clock.run(
    (async () => {
      await wire.device.write(new Uint8Array(8).fill(0xff));
      await wire.device.write(encodeFrame({ kind: 'deskStarted' }));
      expect(restarts()).toBe(1);
      expect(heard).toEqual([{ kind: 'deskStarted' }]);
    })(),
  );
});

test('nothing begins anew after it was left', () => {
  const { clock, peer, restarts, setBusy, wire } = makeRig();
  return clock.run(
    (async () => {
      setBusy(true);
      peer.send({ kind: 'idle', turn: '00000001' });
      await wait(clock, 1);
      peer.leave();
      wire.unplug();
      wire.plug();
      await wait(clock, 5 * BEGIN_ANEW_MS);
      expect(restarts()).toBe(0);
    })(),
  );
});
