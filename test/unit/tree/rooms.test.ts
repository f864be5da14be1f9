/** The tree keeps its own rules: who may import whom (docs/ARCHITECTURE.md), and what a room may not know. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const src = resolve(import.meta.dirname, '../../../src');

/** From the bottom up: a room imports only rooms before it, and itself. */
const rooms = [
  'base',
  // What browsers run: of its own, but for the types of what it is told, and what base has for all.
  'page',
  'wire',
  'rr',
  'zonefile',
  'store',
  'dnssec',
  'tsig',
  'sip',
  'plane',
  'answer',
  'transfer',
  'dataplane',
  'control',
  'cli',
];
const strangers: readonly (readonly [string, string])[] = [['control', 'dataplane']];

/** The part of `page` that others know. */
const pageData = /(?:^|\/)page-data\.ts$/;

/** Rooms of pure protocol: octets in, octets out. zonefile reads files, as does the journal of transfer. */
const pureRooms = ['base', 'wire', 'rr', 'store', 'dnssec', 'tsig', 'sip', 'answer', 'transfer'];
const journal = 'transfer/journal/';
const ioModules = /^node:(net|dgram|fs|http|https|tls|child_process|worker_threads|dns)/;
const clockCalls = /\b(Date\.now|performance\.now|new Date\(\))/;

interface Source {
  readonly path: string;
  readonly room: string;
  readonly text: string;
  readonly imports: readonly string[];
}

const sources: readonly Source[] = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .map((path) => {
    const text = readFileSync(join(src, path), 'utf8');
    const imports = [...text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map((match) => match[1] as string);
    return { path, room: path.split('/')[0] as string, text, imports };
  });

function importedRoom(source: Source, specifier: string): string | undefined {
  if (!specifier.startsWith('.')) return undefined;
  return relative(src, resolve(src, dirname(source.path), specifier)).split('/')[0];
}

describe('the tree', () => {
  it('has no file outside a known room', () => {
    expect(sources.filter(({ room }) => !rooms.includes(room)).map(({ path }) => path)).toEqual([]);
  });

  it('lets each room import only lower rooms', () => {
    const wrong = sources.flatMap((source) =>
      source.imports.flatMap((specifier) => {
        const room = importedRoom(source, specifier);
        if (room === undefined || rooms.indexOf(room) <= rooms.indexOf(source.room)) return [];
        return [`${source.path} imports ${specifier}`];
      }),
    );
    expect(wrong).toEqual([]);
  });

  it('keeps the planes apart', () => {
    const wrong = sources.flatMap((source) =>
      source.imports
        .map((specifier) => importedRoom(source, specifier))
        .filter((room) => strangers.some(([a, b]) => source.room === a && room === b))
        .map((room) => `${source.path} imports ${room}`),
    );
    expect(wrong).toEqual([]);
  });

  it('shares with the browser what it is told, and nothing else', () => {
    const wrong = sources
      .filter(({ room }) => room !== 'page')
      .flatMap((source) =>
        source.imports
          .filter((specifier) => importedRoom(source, specifier) === 'page' && !pageData.test(specifier))
          .map((specifier) => `${source.path} imports ${specifier}`),
      );
    expect(wrong).toEqual([]);
  });

  it('does no I/O and reads no clock in the protocol rooms', () => {
    const wrong = sources
      .filter(({ room, path }) => pureRooms.includes(room) && !path.startsWith(journal))
      .filter(({ text, imports }) => imports.some((specifier) => ioModules.test(specifier)) || clockCalls.test(text))
      .map(({ path }) => path);
    expect(wrong).toEqual([]);
  });
});
