/** rrset-order beside BIND 9.18: the same rules give orders of the same kind. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startBind } from './lib/bind.ts';
import { decodeMessage } from './lib/decode-message.ts';
import { ask } from './lib/dns-client.ts';
import { findCommand, type Judge } from './lib/judge.ts';
import { startRingzone } from './lib/ringzone.ts';

const zone = `$TTL 300
@ SOA ns admin 1 3600 600 604800 60
@ NS ns
ns A 192.0.2.1
w A 192.0.2.3
w A 192.0.2.1
w A 192.0.2.2
v A 192.0.2.3
v A 192.0.2.1
v A 192.0.2.2
m MX 10 a
m MX 10 b
m MX 20 c
s SRV 1 1 1 a
s SRV 2 1 1 b
s SRV 3 1 1 c
below.w A 192.0.2.6
below.w A 192.0.2.4
below.w A 192.0.2.5
*.wild A 192.0.2.7
*.wild A 192.0.2.8
*.wild A 192.0.2.9
`;
const questions = [
  ['w', 'A'],
  ['v', 'A'],
  ['m', 'MX'],
  ['s', 'SRV'],
  ['below.w', 'A'],
  ['x.wild', 'A'],
] as const;
/** Enough that each of six orders is missed in one of 10,000,000 runs. */
const asked = 100;

let folder: string;
const running: Judge[] = [];
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ringzone-order-'));
  writeFileSync(join(folder, 'zone'), zone);
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((judge) => judge.stop()));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function start(judge: Promise<Judge | undefined>): Promise<Judge> {
  const started = (await judge) as Judge;
  running.push(started);
  return started;
}

/** What the orders of three records are that a question gets. */
async function kindOf({ port }: Judge, name: string, type: 'A' | 'MX' | 'SRV'): Promise<string> {
  const orders = new Set<string>();
  for (let i = 0; i < asked; i++) {
    const { answer } = decodeMessage(await ask(port, { name: `${name}.t.test`, type }));
    orders.add(answer.map(({ rdataText }) => rdataText.split('.').at(type === 'A' ? -1 : 0)).join());
  }
  const [one = ''] = orders;
  if (orders.size === 1) return 'always the same';
  const [a, b, c] = one.split(',');
  const turned = [`${a},${b},${c}`, `${b},${c},${a}`, `${c},${a},${b}`].toSorted().join();
  if ([...orders].toSorted().join() === turned) return 'by turns';
  return orders.size === 6 ? 'every order' : `odd: ${[...orders].join(' ')}`;
}

async function kindsOf(judge: Judge): Promise<Readonly<Record<string, string>>> {
  const kinds: Record<string, string> = {};
  for (const [name, type] of questions) kinds[`${name} ${type}`] = await kindOf(judge, name, type);
  return kinds;
}

describe.skipIf(findCommand('named') === undefined)('with BIND', () => {
  test.each([
    ['order random;', 'random'],
    ['order cyclic;', 'cyclic'],
    ['order none;', 'none'],
    ['type A order cyclic;', '[{ type: A, order: cyclic }]'],
    [
      'name "w.t.test" order none; type MX order random; name "*.t.test" order cyclic;',
      '[{ name: w.t.test, order: none }, { type: MX, order: random }, { name: "*.t.test", order: cyclic }]',
    ],
    [
      'class IN type A name "*.w.t.test" order random; class CH order cyclic; name "*.wild.t.test" order cyclic;',
      '[{ class: IN, type: A, name: "*.w.t.test", order: random }, { class: CH, order: cyclic }, { name: "*.wild.t.test", order: cyclic }]',
    ],
  ])('%s', async (statement, setting) => {
    const zones = [{ name: 't.test', file: join(folder, 'zone') }];
    const [bind, ringzone] = await Promise.all([
      start(startBind(zones, { extra: `rrset-order { ${statement} };` })),
      start(startRingzone(zones, { extra: `rrset-order: ${setting}` })),
    ]);
    expect(await kindsOf(ringzone)).toEqual(await kindsOf(bind));
  });

  test('without a statement BIND answers at random, and we as the zone file has it', async () => {
    const zones = [{ name: 't.test', file: join(folder, 'zone') }];
    const [bind, ringzone] = await Promise.all([start(startBind(zones)), start(startRingzone(zones))]);
    expect([await kindOf(bind, 'w', 'A'), await kindOf(bind, 's', 'SRV')]).toEqual(['every order', 'every order']);
    expect([await kindOf(ringzone, 'w', 'A'), await kindOf(ringzone, 's', 'SRV')]).toEqual([
      'always the same',
      'always the same',
    ]);
  });

  test('fixed, where BIND knows it', async () => {
    const zones = [{ name: 't.test', file: join(folder, 'zone') }];
    const [bind, ringzone] = await Promise.all([
      start(startBind(zones, { extra: 'rrset-order { order fixed; };' })),
      start(startRingzone(zones, { extra: 'rrset-order: fixed' })),
    ]);
    const isDisabled = bind.log().includes("'fixed' was disabled at compilation time");
    expect(await kindOf(bind, 'w', 'A')).toBe(isDisabled ? 'by turns' : 'always the same');
    expect(await kindOf(ringzone, 'w', 'A')).toBe('always the same');
  });
});
