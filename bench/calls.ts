/**
 * Where calls go, measured with real programs: see calls/README.md.
 *
 *     node bench/calls.ts [share] [resolvers] [failover] [plot] [--calls N] [--seed N] [--seconds N] [--ttl N] [--phones N] [--no-rotation]
 *         [--shipped] [--images FOLDER] [--json FILE]
 */
import { randomInt } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { measureFailover, quickTimes, shippedTimes } from './calls/failover.ts';
import { formatFailover, missesOfFailover } from './calls/failover-report.ts';
import { howToZone } from './calls/phones-zone.ts';
import { drawPictures } from './calls/plot.ts';
import { measureResolvers } from './calls/resolvers.ts';
import { formatResolvers, plotResolvers } from './calls/resolvers-report.ts';
import { formatShares, goalPoints, listShares, measureShares, missesOf, shareClients } from './calls/share.ts';
import { plotBindAndShape } from './calls/share-picture.ts';
import { readOptions } from './read-options.ts';
import { describeCommit, describeMachine } from './report/machine.ts';

const { values, positionals } = readOptions(import.meta.filename, {
  allowPositionals: true,
  allowNegative: true,
  options: {
    calls: { type: 'string', default: '20000' },
    seed: { type: 'string' },
    seconds: { type: 'string', default: '90' },
    ttl: { type: 'string', default: '3' },
    phones: { type: 'string', default: '1000' },
    rotation: { type: 'boolean', default: true },
    shipped: { type: 'boolean', default: false },
    json: { type: 'string' },
    images: { type: 'string' },
  },
});
const folder = mkdtempSync(join(tmpdir(), 'ringzone-calls-'));
const seed = values.seed === undefined ? randomInt(2 ** 31) : Number(values.seed);
const note = (text: string): void => void (process.stderr.isTTY && process.stderr.write(`\x1b[2K\r${text}`));

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
process.setMaxListeners(0);
const parts: Readonly<Record<string, () => Promise<boolean>>> = { share, resolvers, failover, plot };
const wanted = positionals.length === 0 ? ['share', 'resolvers', 'failover'] : positionals;
let isGood = true;
try {
  for (const name of wanted) {
    const part = parts[name];
    if (part === undefined) throw new Error(`no part ${name}; there are ${Object.keys(parts).join(', ')}`);
    isGood = (await part()) && isGood;
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = isGood ? 0 : 1;

async function share(): Promise<boolean> {
  const settings = { calls: Number(values.calls), seed, clients: shareClients, folder, note };
  const shares = listShares(await measureShares(settings));
  note('');
  console.log(`largest share error of a server against the zone's weights, in percentage points`);
  console.log(`${settings.calls} answers each, seed ${seed}`);
  for (const zone of new Set(shares.map((each) => each.zone))) console.log(`\n${zone}\n${formatShares(shares, zone)}`);
  const misses = missesOf(shares);
  console.log(
    `\ngoal: at most ${goalPoints} points under shape: ${misses.length === 0 ? 'held' : `MISSED by ${misses.map(({ client, zone }) => `${client} (${zone})`).join(', ')}`}`,
  );
  writeResult('share', { calls: settings.calls, shares });
  if (values.images !== undefined)
    writeImage(values.images, 'share-bind-and-shape.svg', plotBindAndShape(shares, howToZone.name, settings.calls));
  return misses.length === 0;
}

async function resolvers(): Promise<boolean> {
  const [ttlSeconds, seconds, phones] = [values.ttl, values.seconds, values.phones].map(Number) as [
    number,
    number,
    number,
  ];
  const run = await measureResolvers({ ttlSeconds, seconds, phones, rotates: values.rotation, seed, folder, note });
  note('');
  console.log(formatResolvers(run));
  writeResult('resolvers', run);
  if (values.images !== undefined) writeImage(values.images, 'share-behind-resolvers.svg', plotResolvers(run));
  return true;
}

async function failover(): Promise<boolean> {
  const run = await measureFailover({ folder, times: values.shipped ? shippedTimes : quickTimes, note });
  note('');
  console.log(formatFailover(run));
  writeResult('failover', run);
  return missesOfFailover(run).length === 0;
}

async function plot(): Promise<boolean> {
  const images = values.images ?? resolve(import.meta.dirname, '../docs/img');
  await drawPictures({ folder: images, calls: Number(values.calls), seed: Number(values.seed ?? 1), note });
  return true;
}

function writeImage(images: string, name: string, text: string): void {
  mkdirSync(images, { recursive: true });
  writeFileSync(join(images, name), text);
}

/** With what is needed to know what was measured. */
function writeResult(part: string, result: object): void {
  const { commit, isChanged } = describeCommit();
  const date = new Date().toISOString();
  const file =
    values.json ?? join(import.meta.dirname, 'results', `${date.slice(0, 19).replaceAll(':', '')}-calls-${part}.json`);
  mkdirSync(dirname(file), { recursive: true });
  const head = { part, date, commit, isChanged, node: process.versions.node, machine: describeMachine(), seed };
  writeFileSync(file, `${JSON.stringify({ ...head, ...result })}\n`);
  console.log(`written: ${file}`);
}
