/**
 * The same messages to BIND and to Ringzone, both with dnstap: the same frames, field by field. And the readers that there are read ours:
 * dnstap-read (bind9-dnsutils), protoc (protobuf-compiler), fstrm_capture (fstrm-bin).
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decodeTap, splitFrames } from '../../unit/control/dnstap/decode-tap.ts';
import { askRaw, buildQuery } from '../lib/dns-client.ts';
import { findCommand, type Judge, startJudge, writeConfig } from '../lib/judge.ts';
import { addText, buildUpdate } from '../lib/update-message.ts';

const bin = resolve(import.meta.dirname, '../../../bin/ringzone.js');
const zoneText =
  '$TTL 300\n@ SOA ns root 1 3600 600 86400 60\n@ NS ns\nns A 192.0.2.1\nsub NS ns.sub\nns.sub A 192.0.2.2\n';

/** Where files of dnstap are; servers' own folders go with them. */
const folder = mkdtempSync(join(tmpdir(), 'ringzone-dnstap-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function configureBind(at: string, port: number): string[] {
  writeFileSync(join(at, 'tap.test'), zoneText);
  const file = writeConfig(at, 'named.conf', [
    `options { directory "${at}"; listen-on port ${port} { 127.0.0.1; }; listen-on-v6 { none; };`,
    '  pid-file none; session-keyfile none; lock-file none; recursion no; dnssec-validation no; notify no;',
    `  dnstap { auth; update; }; dnstap-output file "${join(folder, 'bind.tap')}"; dnstap-identity "ns1";`,
    '};',
    'zone "tap.test" { type primary; file "tap.test"; allow-update { any; }; allow-transfer { any; }; };',
  ]);
  return ['-g', '-4', '-n', '1', '-U', '1', '-c', file];
}

function configureRingzone(output: string) {
  return (at: string, port: number): string[] => {
    writeFileSync(join(at, 'tap.test'), zoneText);
    const file = writeConfig(at, 'ringzone.yaml', [
      `listen: ["127.0.0.1:${port}"]`,
      'workers: 1',
      'http: false',
      'data-dir: data',
      'control: false',
      'notify: no',
      'dnstap: [auth, update]',
      `dnstap-output: ${output}`,
      'dnstap-identity: ns1',
      'zones: { tap.test: { file: tap.test, allow-update: [any], allow-transfer: [any] } }',
    ]);
    return [bin, 'serve', '-c', file];
  };
}

const startRingzone = (output: string) =>
  startJudge({ name: 'Ringzone', command: process.execPath, configure: configureRingzone(output) }, [
    { name: 'tap.test', file: 'tap.test' },
  ]);

/** Each with an id of its own, by which its frames are found. */
const messages: readonly { readonly what: string; readonly octets: Uint8Array; readonly tcp?: boolean }[] = [
  { what: 'a question', octets: buildQuery({ id: 1001, name: 'ns.tap.test', type: 'A' }) },
  { what: 'one with EDNS', octets: buildQuery({ id: 1002, name: 'NS.tap.test', type: 'A', edns: { dnssecOk: true } }) },
  { what: 'over TCP', octets: buildQuery({ id: 1003, name: 'tap.test', type: 'NS' }), tcp: true },
  { what: 'a name error', octets: buildQuery({ id: 1004, name: 'no.tap.test', type: 'A' }) },
  { what: 'a referral', octets: buildQuery({ id: 1005, name: 'a.sub.tap.test', type: 'A' }) },
  { what: 'of no zone', octets: buildQuery({ id: 1006, name: 'other.test', type: 'A' }) },
  { what: 'a transfer', octets: buildQuery({ id: 1007, name: 'tap.test', type: 'AXFR' }), tcp: true },
  { what: 'a transfer of no zone', octets: buildQuery({ id: 1008, name: 'other.test', type: 'AXFR' }), tcp: true },
  { what: 'an update', octets: buildUpdate(1009, 'tap.test', [addText('u.tap.test', 'x')]) },
  { what: 'an update of no zone', octets: buildUpdate(1010, 'other.test', [addText('u.other.test', 'x')]) },
  { what: 'a NOTIFY', octets: buildQuery({ id: 1011, name: 'tap.test', type: 'SOA', flags: 4 << 11 }) },
  { what: 'with RD', octets: buildQuery({ id: 1012, name: 'ns.tap.test', type: 'A', flags: 0x100 }) },
  { what: 'no question', octets: Buffer.from('03f500000000000000000000', 'hex') },
];

type Frame = ReturnType<typeof decodeTap>;

/** The frames of the message with that id. */
function framesOf(frames: readonly Frame[], message: Uint8Array): readonly Frame[] {
  const id = Buffer.from(message.subarray(0, 2)).toString('hex');
  const found = frames.filter(({ query, response }) => String(query ?? response).startsWith(id));
  // BIND's threads write them in any order.
  return found.toSorted((a, b) => Number(a.type) - Number(b.type));
}

/** What must be the same: not times and ports, not the version, of responses only header flags and question's beginning. */
function comparable(frame: Frame) {
  const { queryPort, responsePort, querySeconds, queryNanoseconds, responseSeconds, responseNanoseconds, ...rest } =
    frame;
  const { response, version, ...same } = rest;
  return {
    ...same,
    fields: Object.keys(frame).sort(),
    response: response === undefined ? undefined : String(response).slice(0, 8),
  };
}

function readTap(file: string): readonly Frame[] {
  return splitFrames(readFileSync(join(folder, file))).data.map(decodeTap);
}

async function play(judge: Judge): Promise<void> {
  for (const { octets, tcp } of messages) await askRaw(judge.port, octets, { tcp: tcp === true, timeoutMs: 2000 });
}

let bind: readonly Frame[] | undefined;
let ours: readonly Frame[];
beforeAll(async () => {
  const named = await startJudge({ name: 'BIND', command: 'named', configure: configureBind }, [
    { name: 'tap.test', file: 'tap.test' },
  ]);
  const ringzone = await startRingzone(`{ file: ${join(folder, 'our.tap')} }`);
  if (ringzone === undefined) throw new Error('Ringzone did not start');
  if (named !== undefined) await play(named);
  await play(ringzone);
  // Their ends write the rest.
  await named?.stop();
  await ringzone.stop();
  ours = readTap('our.tap');
  bind = named === undefined ? undefined : readTap('bind.tap');
});

describe('frames agree with those of BIND', () => {
  /** Where ours differ by intent: how many frames BIND has and we have. */
  const differences: Readonly<Record<string, { readonly bind: number; readonly ours: number; readonly why: string }>> =
    {
      'a NOTIFY': { bind: 1, ours: 2, why: 'BIND tells of the response alone' },
      'with RD': {
        bind: 1,
        ours: 2,
        why: 'to BIND the response is one to a client, which an authoritative server has none of',
      },
    };

  test.for(messages)('$what', ({ what, octets }, { skip }) => {
    if (bind === undefined) return skip();
    const theirFrames = framesOf(bind, octets);
    const ourFrames = framesOf(ours, octets);
    const difference = differences[what];
    if (difference !== undefined) {
      expect([theirFrames.length, ourFrames.length], difference.why).toEqual([difference.bind, difference.ours]);
      const both = ourFrames.filter(({ type }) => theirFrames.some((frame) => frame.type === type));
      expect(both.map(comparable)).toEqual(theirFrames.map(comparable));
      return;
    }
    expect(ourFrames.map(comparable)).toEqual(theirFrames.map(comparable));
  });

  test('most messages have two', () => {
    expect(messages.map(({ octets }) => framesOf(ours, octets).length)).toEqual([
      2, 2, 2, 2, 2, 2, 1, 2, 2, 2, 2, 2, 0,
    ]);
  });
});

function skipWithout(command: string, skip: () => never): void {
  if (findCommand(command) !== undefined) return;
  console.warn(`skipped: ${command} is not installed`);
  skip();
}

test('dnstap-read reads ours, and prints what it prints of BIND', ({ skip }) => {
  skipWithout('dnstap-read', skip);
  const lines = (file: string) => {
    const { stdout, status } = spawnSync('dnstap-read', [join(folder, file)], { encoding: 'utf8' });
    expect(status).toBe(0);
    const masked = stdout.replaceAll(/^\S+ \S+ /gm, '').replaceAll(/127\.0\.0\.1:\d+/g, 'ADDRESS');
    return masked.trimEnd().split('\n');
  };
  expect(lines('our.tap')).toContain('AQ ADDRESS -> ADDRESS UDP 29b ns.tap.test/IN/A');
  expect(lines('our.tap')).toContain('UR ADDRESS <- ADDRESS UDP 26b tap.test/IN/SOA');
  expect(lines('our.tap')).toHaveLength(ours.length);
  if (bind === undefined) return;
  // Of responses the sizes differ: BIND gives cookies, and says more.
  const questions = (file: string) => lines(file).filter((line) => /^[AU]Q /.test(line));
  expect(questions('our.tap')).toEqual(expect.arrayContaining(questions('bind.tap')));
});

test('protoc decodes ours by dnstap.proto', ({ skip }) => {
  skipWithout('protoc', skip);
  for (const frame of splitFrames(readFileSync(join(folder, 'our.tap'))).data.slice(0, 4)) {
    const args = [`--proto_path=${import.meta.dirname}`, '--decode=dnstap.Dnstap', 'dnstap.proto'];
    const { stdout, stderr, status } = spawnSync('protoc', args, { input: frame, encoding: 'utf8' });
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^identity: "ns1"\nversion: "Ringzone /);
    expect(stdout).toMatch(/ {2}type: AUTH_(QUERY|RESPONSE)\n {2}socket_family: INET\n {2}socket_protocol: UDP\n/);
    // An unknown field has its number for a name.
    expect(stdout).not.toMatch(/^\s*\d+:/m);
  }
});

test('fstrm_capture gets all over its socket, the end too', async ({ skip }) => {
  skipWithout('fstrm_capture', skip);
  const socket = join(folder, 'sock');
  const ringzone = await startRingzone(`{ unix: ${socket} }`);
  if (ringzone === undefined) throw new Error('Ringzone did not start');
  let capture: ChildProcess | undefined;
  try {
    // What comes before it listens waits for it.
    await play(ringzone);
    const args = ['-t', 'protobuf:dnstap.Dnstap', '-u', socket, '-w', join(folder, 'captured.tap'), '-ddd'];
    capture = spawn(findCommand('fstrm_capture') ?? '', args, { stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    capture.stderr?.on('data', (data: Buffer) => {
      said += data;
    });
    const count = messages.reduce((sum, { octets }) => sum + framesOf(ours, octets).length, 0);
    await expect.poll(() => existsSync(socket) && said).toContain('accepted new connection');
    await ringzone.stop();
    await expect.poll(() => said).toMatch(/closing \(read \d+ frames/);
    const exited = new Promise((done) => capture?.once('exit', done));
    capture.kill('SIGTERM');
    await exited;
    const frames = readTap('captured.tap');
    expect(messages.reduce((sum, { octets }) => sum + framesOf(frames, octets).length, 0)).toBe(count);
  } finally {
    capture?.kill('SIGKILL');
    await ringzone.stop();
  }
});
