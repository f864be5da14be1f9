/** Address match lists: the same lists in BIND and here, asked from several addresses; the same verdicts and the same log lines. */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildQuery } from './lib/dns-client.ts';
import { findCommand, type Judge, startJudge, writeConfig } from './lib/judge.ts';

/** An element, or a list in a list. */
type Element = string | readonly Element[];

/** Random, the same in each run. */
function makeRandom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const acls: Readonly<Record<string, readonly Element[]>> = {
  second: ['127.0.0.2'],
  notSecond: ['!127.0.0.2', 'any'],
  onlyNot: ['!127.0.0.2'],
  nobody: ['none'],
  pair: ['!127.0.0.3', '127.0.0.2/31'],
  chain: ['!second', 'pair', '127.0.0.4'],
};
const words = [
  'any',
  'none',
  'localhost',
  'localnets',
  '127.0.0.1',
  '127.0.0.2',
  '127.0.0.2/31',
  '127/8',
  '10/8',
  '::1',
  ...Object.keys(acls),
];

const random = makeRandom(20_261_123);

function randomList(depth: number): readonly Element[] {
  return Array.from({ length: 1 + random(3) }, () => {
    if (depth > 0 && random(5) === 0) return randomList(depth - 1);
    return (random(3) === 0 ? '!' : '') + (words[random(words.length)] ?? 'any');
  });
}

const lists: readonly (readonly Element[])[] = [
  ...Object.keys(acls).flatMap((name) => [[name], [`!${name}`, 'any'], [name, 'any']]),
  ...Array.from({ length: 60 }, () => randomList(2)),
];

const inBind = (list: readonly Element[]): string =>
  `{ ${list.map((element) => `${typeof element === 'string' ? element : inBind(element)};`).join(' ')} }`;

const folder = mkdtempSync(join(tmpdir(), 'ringzone-access-'));
const file = join(folder, 'zone');
const zones = [...lists.keys()].map((index) => ({ name: `z${index}.test`, file }));
const shut = zones[0]?.name ?? '';

function startBind(): Promise<Judge | undefined> {
  const configure = (place: string, port: number): string[] => {
    const path = writeConfig(place, 'named.conf', [
      `options { directory "${place}"; listen-on port ${port} { 127.0.0.1; }; listen-on-v6 { none; };`,
      '  pid-file none; session-keyfile none; lock-file none; recursion no; dnssec-validation no; notify no;',
      '  empty-zones-enable no; blackhole { 127.0.0.9; }; };',
      'controls { };',
      'logging { channel err { stderr; print-category yes; print-severity yes; }; category default { err; }; category queries { err; }; };',
      ...Object.entries(acls).map(([name, list]) => `acl ${name} ${inBind(list)};`),
      ...zones.map(
        ({ name }, i) =>
          `zone "${name}" { type primary; file "${file}"; allow-query ${inBind(lists[i] ?? [])}; allow-transfer { none; }; };`,
      ),
    ]);
    return ['-f', '-4', '-n', '1', '-c', path];
  };
  return startJudge({ name: 'BIND', command: 'named', configure }, zones);
}

function startRingzone(): Promise<Judge | undefined> {
  const configure = (place: string, port: number): string[] => {
    const text = JSON.stringify({
      listen: [`127.0.0.1:${port}`],
      workers: 1,
      blackhole: ['127.0.0.9'],
      acl: acls,
      logging: {
        channels: { err: { stderr: true, 'print-category': true, 'print-severity': true } },
        categories: { default: ['err'], queries: ['err'] },
      },
      zones: Object.fromEntries(zones.map(({ name }, i) => [name, { file, 'allow-query': lists[i] }])),
    });
    const path = writeConfig(place, 'ringzone.yaml', [text]);
    return [resolve(import.meta.dirname, '../../bin/ringzone.js'), 'serve', '-c', path];
  };
  return startJudge({ name: 'Ringzone', command: process.execPath, configure }, zones);
}

/** A client at an address of its own. */
class Asker {
  readonly socket: Socket = createSocket('udp4');
  readonly address: string;

  constructor(address: string) {
    this.address = address;
  }

  async open(): Promise<void> {
    this.socket.bind(0, this.address);
    await once(this.socket, 'listening');
  }

  /** RCODE, AA, the counts of the first three sections and the code of the extended error. */
  async ask(port: number, name: string, waitMs = 2000): Promise<string> {
    const query = buildQuery({ name, type: 'A', edns: {} });
    const answered = new Promise<string>((answer) => {
      const take = (response: Buffer): void => {
        if (response.readUInt16BE(0) !== Buffer.from(query).readUInt16BE(0)) return;
        this.socket.off('message', take);
        answer(shapeOf(response));
      };
      this.socket.on('message', take);
    });
    for (let attempt = 0; attempt < 3; attempt++) {
      this.socket.send(query, port, '127.0.0.1');
      const answer = await Promise.race([answered, sleep(waitMs)]);
      if (answer !== undefined) return answer;
    }
    return 'silence';
  }
}

function shapeOf(response: Buffer): string {
  const counts = [4, 6, 8].map((at) => response.readUInt16BE(at)).join(' ');
  // An EDE option of code 18, whatever its text: OPTION-CODE 15, its length, INFO-CODE 18.
  const isProhibited = /000f....0012/.test(response.subarray(12).toString('hex'));
  return `rcode ${response.readUInt8(3) & 15} aa ${(response.readUInt8(2) >> 2) & 1} counts ${counts}${isProhibited ? ' prohibited' : ''}`;
}

/** Sends a question over TCP; whether the connection was closed without a response. */
async function isClosed(port: number, from: string): Promise<boolean> {
  const query = buildQuery({ name: shut, type: 'A' });
  const socket = connect({ port, host: '127.0.0.1', localAddress: from });
  const closed = new Promise<boolean>((end) => {
    socket.on('data', () => end(false));
    socket.on('error', () => end(true));
    socket.on('close', () => end(true));
  });
  socket.on('connect', () => socket.write(Buffer.from([0, query.length, ...query])));
  const result = await Promise.race([closed, sleep(3000).then(() => false)]);
  socket.destroy();
  return result;
}

/** Asks for a transfer; the port it was asked from and the RCODE of the first message. */
async function askTransfer(port: number, name: string): Promise<{ readonly port: number; readonly rcode: number }> {
  const query = buildQuery({ name, type: 'AXFR' });
  const socket = connect({ port, host: '127.0.0.1', localAddress: '127.0.0.2' });
  await once(socket, 'connect');
  const { localPort = 0 } = socket;
  socket.write(Buffer.from([0, query.length, ...query]));
  const [response] = (await once(socket, 'data')) as [Buffer];
  socket.destroy();
  return { port: localPort, rcode: response.readUInt8(5) & 15 };
}

/** What is said of a client, without the address of the object and the port. */
function linesAbout(judge: Judge, address: string, port: number): readonly string[] {
  return judge
    .log()
    .split('\n')
    .filter((line) => line.includes('security: ') && line.includes(` ${address}#${port} `))
    .map((line) =>
      line
        .slice(line.indexOf('security: '))
        .replace(/@0x[0-9a-f]+/, '@')
        .replace(`#${port} `, '# '),
    );
}

describe.skipIf(findCommand('named') === undefined)('access lists beside BIND', () => {
  let bind: Judge | undefined;
  let ringzone: Judge | undefined;
  const askers = ['127.0.0.1', '127.0.0.2', '127.0.0.3', '127.0.0.4'].map((address) => new Asker(address));
  const ignored = new Asker('127.0.0.9');

  beforeAll(async () => {
    writeFileSync(file, '$TTL 300\n@ SOA ns root 1 2 3 4 5\n@ NS ns\nns A 192.0.2.1\n@ A 192.0.2.2\n');
    await Promise.all([...askers, ignored].map((asker) => asker.open()));
    [bind, ringzone] = await Promise.all([startBind(), startRingzone()]);
  });
  afterAll(async () => {
    for (const { socket } of [...askers, ignored]) socket.close();
    await Promise.all([bind?.stop(), ringzone?.stop()]);
    rmSync(folder, { recursive: true });
  });

  it('gives the same verdicts', async () => {
    const [first = 0, second = 0] = [bind?.port, ringzone?.port];
    const differences: string[] = [];
    let refused = 0;
    for (const [index, { name }] of zones.entries()) {
      for (const asker of askers) {
        const [theirs, ours] = await Promise.all([asker.ask(first, name), asker.ask(second, name)]);
        if (theirs.startsWith('rcode 5')) refused++;
        // Their answer has NS and glue beside it, which is no matter of access.
        const isSame = theirs.startsWith('rcode 5') ? theirs === ours : theirs.slice(0, 12) === ours.slice(0, 12);
        if (!isSame)
          differences.push(`${inBind(lists[index] ?? [])} from ${asker.address}: BIND ${theirs}, here ${ours}`);
      }
    }
    expect(differences).toEqual([]);
    expect(refused).toBeGreaterThan(50);
  });

  it('says the same of what is denied', async () => {
    if (bind === undefined || ringzone === undefined) throw new Error('not started');
    for (const { address, socket } of askers) {
      const { port } = socket.address();
      const theirs = linesAbout(bind, address, port);
      expect(theirs.length).toBeGreaterThan(10);
      // The log thread gathers, named does not.
      const ours = () => linesAbout(ringzone as Judge, address, port).toSorted();
      await expect.poll(ours).toEqual(theirs.toSorted());
    }
  });

  it('refuses transfers by their own list, with the same line', async () => {
    if (bind === undefined || ringzone === undefined) throw new Error('not started');
    for (const { name } of zones.slice(0, 3)) {
      const theirs = await askTransfer(bind.port, name);
      const ours = await askTransfer(ringzone.port, name);
      expect([ours.rcode, theirs.rcode]).toEqual([5, 5]);
      const linesOf = ({ port }: { readonly port: number }, judge: Judge) => linesAbout(judge, '127.0.0.2', port);
      await expect.poll(() => linesOf(theirs, bind as Judge)).toHaveLength(1);
      await expect.poll(() => linesOf(ours, ringzone as Judge)).toEqual(linesOf(theirs, bind));
    }
  });

  it('ignores who is in the blackhole, on both transports', async () => {
    for (const judge of [bind, ringzone]) {
      expect(await ignored.ask(judge?.port ?? 0, shut, 300)).toBe('silence');
      expect(await isClosed(judge?.port ?? 0, '127.0.0.9')).toBe(true);
      expect(await isClosed(judge?.port ?? 0, '127.0.0.2')).toBe(false);
    }
  });
});
