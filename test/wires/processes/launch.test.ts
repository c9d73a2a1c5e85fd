/** How a process ended is what its starter is told, whatever broke first: real sockets, real processes. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { writeControl } from '#boot/process/control-line.ts';
import type { ProcessHandle } from '#boot/process/handle.ts';
import { launchThrough } from '#boot/process/launch.ts';
import { whenEnded } from '#boot/process/spawn.ts';

let folder = '';
const servers: Server[] = [];
const sockets: Socket[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'urna-launch-'));
});
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
  for (const server of servers.splice(0)) server.close();
  rmSync(folder, { recursive: true, force: true });
});

const listen = async (name: string): Promise<Server> => {
  const server = createServer({ pauseOnConnect: true }).listen(join(folder, name));
  servers.push(server);
  await once(server, 'listening');
  return server;
};
const arrivalAt = async (server: Server): Promise<Socket> => {
  const [socket] = (await once(server, 'connection')) as [Socket];
  sockets.push(socket);
  return socket;
};

/** A launcher whose doors are here, and the other end of its control line. */
const openDoors = async () => {
  const server = await listen('control');
  const ours = arrivalAt(server);
  const control = connect(join(folder, 'control'));
  sockets.push(control);
  return { launcher: launchThrough(folder, control), starter: await ours };
};
const endOf = ({ onExit }: ProcessHandle): Promise<string> =>
  new Promise((resolve) => onExit(resolve));
const channelOf = async ({ link }: ProcessHandle): Promise<void> => {
  if (link.present()) await new Promise<void>((resolve) => link.onPresence(() => resolve()));
};

test('a process that ran and died is told as it ended, though its channel broke first', async () => {
  const { launcher, starter } = await openDoors();
  const door = await listen('booth');
  const knock = arrivalAt(door);
  const handle = launcher.start('booth', []);
  const ended = endOf(handle);
  const told: string[] = [];
  handle.onExit((reason) => told.push(reason));
  const process = await knock;
  // What it has not read when it dies resets the connection (unix(7)).
  await handle.link.write(new Uint8Array(1_000));
  process.destroy();
  await channelOf(handle);
  expect(told).toEqual([]);
  writeControl(starter, { kind: 'ended', program: 'booth', start: 1, reason: 'signal-SIGSEGV' });
  expect(await ended).toBe('signal-SIGSEGV');
});

test('one whose door is not there never ran', async () => {
  const { launcher } = await openDoors();
  expect(await endOf(launcher.start('booth', []))).toBe('not-started');
});

test('what a sandbox hands on is the end of what ran in it', async () => {
  const how = (script: string): Promise<string> =>
    new Promise((resolve) => whenEnded(spawn('/bin/sh', ['-c', script]))(resolve));
  expect(await how('exit 0')).toBe('code-0');
  expect(await how('exit 75')).toBe('code-75');
  expect(await how('kill -SEGV $$')).toBe('signal-SIGSEGV');
  // As bubblewrap does for what it confined.
  expect(await how('exit 137')).toBe('signal-SIGKILL');
  expect(await how('exit 134')).toBe('signal-SIGABRT');
  expect(await how('exit 255')).toBe('code-255');
});

test('a program that is not there was not started', async () => {
  const child = spawn(join(folder, 'nothing'));
  expect(await new Promise((resolve) => whenEnded(child)(resolve))).toBe('not-started');
});
