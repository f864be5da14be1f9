/**
 * What probes cost: a server with 10,000 SIP targets, asked each 10 s by OPTIONS over UDP, and the same server without health.
 *
 *     node bench/probe-load.ts [TARGETS] [SECONDS]
 *
 * Prints the CPU of the health thread in percent of one core while all targets answer and while none does, and the p99 of the time that
 * answers take, with and without probes. Goals: at most 20 %, and no effect. The targets are sockets of a process of its own.
 */
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { wireNameFrom } from '../src/wire/name.ts';

const [targets = 10_000, seconds = 20] = process.argv.slice(2).map(Number);
const targetsPerAddress = 1000;
const firstPort = 26_000;
const ticksPerSecond = 100;

if (process.argv[2] === 'targets') runTargets(Number(process.argv[3]));
else await measure();

/** The SIP servers, in a process that the bench has started. */
function runTargets(count: number): void {
  let isSilent = false;
  let open = 0;
  process.on('message', () => {
    isSilent = true;
  });
  for (let i = 0; i < count; i++) {
    const socket = createSocket('udp4');
    socket.on('message', (octets, { port, address }) => {
      if (isSilent) return;
      const copied = octets
        .toString('latin1')
        .split('\r\n')
        .filter((line) => /^(?:Via|From|To|Call-ID|CSeq):/.test(line));
      socket.send(['SIP/2.0 200 OK', ...copied, 'Content-Length: 0', '', ''].join('\r\n'), port, address);
    });
    socket.bind(portOf(i), addressOf(i), () => {
      if (++open === count) process.send?.('ready');
    });
  }
}

function addressOf(index: number): string {
  return `127.0.1.${1 + Math.floor(index / targetsPerAddress)}`;
}

function portOf(index: number): number {
  return firstPort + (index % targetsPerAddress);
}

async function measure(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'probe-load-'));
  const sip = fork(import.meta.filename, ['targets', String(targets)]);
  await once(sip, 'message');
  try {
    const without = await withServer(folder, '', async (port) => await p99Ms(port));
    console.log(`without health: p99 ${without.toFixed(2)} ms`);
    await withServer(folder, '    health: { interval: 10s, timeout: 2s }\n', async (port, server) => {
      // The first round is quicker.
      await sleep((1000 * targets) / 1000);
      await report('all targets answer', port, server);
      sip.send('silent');
      await sleep(20_000);
      await report('no target answers', port, server);
    });
  } finally {
    sip.kill();
    rmSync(folder, { recursive: true });
  }
}

async function report(what: string, port: number, server: ChildProcess): Promise<void> {
  const beforeSeconds = healthCpu(server);
  const startMs = performance.now();
  const p99 = await p99Ms(port);
  const share = (healthCpu(server) - beforeSeconds) / ((performance.now() - startMs) / 1000);
  console.log(`${what}: health thread ${(100 * share).toFixed(1)} % of a core, p99 ${p99.toFixed(2)} ms`);
}

async function withServer<T>(
  folder: string,
  health: string,
  run: (port: number, server: ChildProcess) => Promise<T>,
): Promise<T> {
  const records = Array.from({ length: targets }, (_, i) => {
    const owner = `_sip._udp.z${i >> 1}`;
    return `${owner} SRV 10 50 ${portOf(i)} sip${i}\nsip${i} A ${addressOf(i)}`;
  });
  const head = '$TTL 300\n@ SOA ns admin 1 3600 600 604800 60\n@ NS ns\nns A 192.0.2.1\n';
  writeFileSync(join(folder, 'zone'), `${head}${records.join('\n')}\n`);
  const config = `listen: ["127.0.0.1:0"]\nworkers: 1\ncontrol: false\nhttp: false\ndata-dir: data\nzones:\n  load.test:\n    file: zone\n${health}`;
  writeFileSync(join(folder, 'ringzone.yaml'), config);
  const bin = join(import.meta.dirname, '../bin/ringzone.js');
  const server = spawn(process.execPath, [bin, 'serve', '-c', 'ringzone.yaml'], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  try {
    return await run(await portOfServer(server), server);
  } finally {
    server.kill();
    await once(server, 'exit');
  }
}

async function portOfServer(server: ChildProcess): Promise<number> {
  let text = '';
  for await (const chunk of server.stderr?.iterator({ destroyOnReturn: false }) ?? []) {
    text += chunk;
    const port = /"addresses":\["127\.0\.0\.1:(\d+)"/.exec(text)?.[1];
    if (port !== undefined) {
      server.stderr?.resume();
      return Number(port);
    }
  }
  throw new Error(`the server did not start:\n${text}`);
}

/** Seconds of CPU that the health thread has had. */
function healthCpu({ pid }: ChildProcess): number {
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    const stat = readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8');
    if (!stat.includes('(health)')) continue;
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
  }
  throw new Error('the server has no health thread');
}

/** Of a question each millisecond, one after the other. */
async function p99Ms(port: number): Promise<number> {
  const socket = createSocket('udp4');
  socket.connect(port, '127.0.0.1');
  await once(socket, 'connect');
  const times: number[] = [];
  const endMs = performance.now() + 1000 * seconds;
  for (let i = 0; performance.now() < endMs; i++) {
    const name = wireNameFrom(`_sip._udp.z${(i * 7919) % (targets >> 1)}.load.test.`);
    const startMs = performance.now();
    socket.send(Buffer.concat([Buffer.of(i >> 8, i, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0), name, Buffer.of(0, 33, 0, 1)]));
    const isAnswered = await Promise.race([once(socket, 'message').then(() => true), sleep(1000, false)]);
    times.push(isAnswered ? performance.now() - startMs : Number.POSITIVE_INFINITY);
    await sleep(1);
  }
  socket.close();
  times.sort((a, b) => a - b);
  return times[Math.floor(times.length * 0.99)] ?? Number.NaN;
}
