/** A store's URL as a person writes it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { isPostgresUrl, readPostgresPlace, sayPostgresUrl } from '#scripts/store/postgres-place.ts';

const ROOT = mkdtempSync(join(tmpdir(), 'urna-place-'));
afterAll(() => rmSync(ROOT, { recursive: true }));

describe("a PostgreSQL store's URL", () => {
  test('says host, port, database, user and password, each in its own spelling', () => {
    expect(readPostgresPlace('postgres://ana%40cne:se%3Acreto@localhost:5433/centro%201')).toEqual({
      host: 'localhost',
      port: 5433,
      database: 'centro 1',
      user: 'ana@cne',
      password: 'se:creto',
      tls: null,
    });
  });

  test('goes by a socket, and needs no password then', () => {
    expect(
      readPostgresPlace('postgresql://ana@localhost/centro?host=/run/postgresql'),
    ).toMatchObject({
      host: '/run/postgresql',
      port: 5432,
      password: null,
      tls: null,
    });
  });

  test('is not encrypted on this computer alone, and over a network the server is checked', () => {
    const ca = join(ROOT, 'ca.pem');
    writeFileSync(ca, 'PEM');
    const tls = (host: string, rest = '') => readPostgresPlace(`postgres://a@${host}/x${rest}`).tls;
    expect([tls('127.0.0.1'), tls('[::1]'), tls('localhost')]).toEqual([null, null, null]);
    expect(tls('127.example.org')).toEqual({ ca: null });
    expect(tls('centro.example.org')).toEqual({ ca: null });
    expect(tls('10.0.0.7', `?sslrootcert=${ca}`)).toEqual({ ca: 'PEM' });
    expect(tls('10.0.0.7', '?sslmode=disable')).toBe(null);
    // Encrypted to whoever answers.
    expect(() => tls('10.0.0.7', '?sslmode=require')).toThrow('verify-full or disable');
  });

  test.each([
    ['postgres://a:secreto@localhost:port/x', 'no URL'],
    ['postgres://localhost/x', 'user or database is missing'],
    ['postgres://a@localhost', 'user or database is missing'],
    ['postgres://a:secreto@localhost/x?ssmode=verify-full', '"ssmode" is none of'],
    ['postgres://a:secreto@10.0.0.7/x?sslrootcert=/nowhere/ca.pem', 'no such file'],
  ])('%s is refused, and the password is not told', (url, message) => {
    const refused = (): unknown => readPostgresPlace(url);
    expect(refused).toThrow(message);
    expect(refused).not.toThrow('secreto');
  });

  test('is told without its password', () => {
    expect(sayPostgresUrl('postgres://a:se:cr@t@localhost/x')).not.toMatch(/se:cr|t@l/);
    expect(sayPostgresUrl('postgres://a@localhost/x')).toBe('postgres://a@localhost/x');
  });

  test('is known among the names of files', () => {
    expect(['postgres://a@b/c', 'postgresql://a@b/c'].every(isPostgresUrl)).toBe(true);
    expect(['results.sqlite', './postgres:/x', 'mypostgres://a'].some(isPostgresUrl)).toBe(false);
  });
});
