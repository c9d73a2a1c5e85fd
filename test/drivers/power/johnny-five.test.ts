/** What is loaded for a Firmata board, and what is left to whoever needs it. */
import { createRequire } from 'node:module';
import { beforeEach, expect, test } from 'vitest';
import { loadJohnnyFive } from '#drivers/power/johnny-five.ts';

const require = createRequire(import.meta.url);
const PACKAGES = /\/node_modules\/(?:johnny-five|firmata|serialport|chalk)\//;

beforeEach(() => {
  for (const path of Object.keys(require.cache))
    if (PACKAGES.test(path)) delete require.cache[path];
});

const isLoaded = (name: string): boolean => require.resolve(name) in require.cache;

const LEFT_OUT = ['johnny-five/lib/repl', 'serialport', 'chalk', 'johnny-five/lib/led/rgb'];

test('a board and its display are loaded alone; whoever asks for the rest afterwards has it whole', () => {
  const { LCD } = loadJohnnyFive();
  expect(LCD).toBeTypeOf('function');
  expect(isLoaded('johnny-five/lib/board')).toBe(true);
  expect(LEFT_OUT.filter(isLoaded)).toEqual([]);

  const { SerialPort, ReadlineParser } = require('serialport');
  expect(SerialPort.binding.open).toBeTypeOf('function');
  expect(ReadlineParser).toBeTypeOf('function');
  const Repl = require('johnny-five/lib/repl');
  expect(Repl.prototype.initialize).toBeTypeOf('function');
  expect(require('chalk').magenta('x')).toContain('x');
});

test('what is loaded already stays as it is', () => {
  const Repl = require('johnny-five/lib/repl');
  loadJohnnyFive();
  expect(require('johnny-five/lib/repl')).toBe(Repl);
});
