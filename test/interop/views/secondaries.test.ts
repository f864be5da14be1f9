/**
 * A zone of the same name in two views, from BIND to here and from here to BIND: the key decides which one a secondary gets, which
 * one an UPDATE changes, and which one a NOTIFY tells of.
 */
import { afterEach, describe, expect, test } from 'vitest';
import { findFreePort } from '../lib/free-port.ts';
import { findCommand, type Judge } from '../lib/judge.ts';
import { dig, type KeyName, keys, run, startBind, startRingzone, type TestView, zoneName } from './view-servers.ts';

const clients = { inside: ['key inner', '127.0.0.2'], outside: ['!key inner', 'any'] };

/** Primaries that tell the secondary on this port, each view with its key. */
function primaryViews(port: number): readonly TestView[] {
  const view = (name: 'inside' | 'outside', octet: number, key: KeyName): TestView => ({
    name,
    octet,
    clients: clients[name],
    bind: `also-notify { 127.0.0.1 port ${port} key ${key}; }; allow-update { key ${key}; };`,
    ringzone: { 'also-notify': [{ address: '127.0.0.1', port, key }], 'allow-update': [`key ${key}`] },
  });
  return [view('inside', 1, 'inner'), view('outside', 2, 'outer')];
}

/** In the other order: nothing may follow from the place of a view. */
function secondaryViews(port: number): readonly TestView[] {
  return [
    { name: 'outside', octet: 2, clients: ['!127.0.0.2', ...clients.outside], primary: { port, key: 'outer' } },
    { name: 'inside', octet: 1, clients: clients.inside, primary: { port, key: 'inner' } },
  ];
}

const addressOf = async (port: number, name: string, key: KeyName) =>
  /(\w+) \|.*?(?: A (\S+))?$/
    .exec(await dig(port, { name: `${name}.${zoneName}`, key }))
    ?.slice(1, 3)
    .join(' ')
    .trim();

async function update(port: number, key: KeyName, address: string): Promise<void> {
  const secret = `hmac-sha256:${key}:${keys[key]}`;
  const lines = [
    `server 127.0.0.1 ${port}`,
    `zone ${zoneName}`,
    `update add new.${zoneName} 60 A ${address}`,
    'send',
    '',
  ];
  expect(await run(findCommand('nsupdate') as string, ['-y', secret], lines.join('\n'))).toBe('');
}

/** What a secondary says of its transfers, without figures. */
function transferLines({ log }: Judge, port: number): readonly string[] {
  return log()
    .split('\n')
    .filter((line) => line.startsWith('xfer-in: info: ') && !line.includes('Transfer completed'))
    .map((line) => line.replaceAll(`#${port}`, '#'))
    .toSorted();
}

describe.skipIf(findCommand('named') === undefined || findCommand('nsupdate') === undefined)('with BIND', () => {
  const running: Judge[] = [];
  afterEach(async () => {
    await Promise.all(running.splice(0).map((judge) => judge.stop()));
  });

  type Start = (views: readonly TestView[], port?: number) => Promise<Judge | undefined>;
  const bind: Start = (views, port) => {
    const also = port === undefined ? '' : `listen-on port ${port} { 127.0.0.1; };`;
    return startBind(views, `listen-on port PORT { 127.0.0.1; }; ${also} listen-on-v6 { none; };`);
  };
  const ringzone: Start = (views, port) =>
    startRingzone(views, ['127.0.0.1:PORT', ...(port === undefined ? [] : [`127.0.0.1:${port}`])]);

  /** Start both, change each view of the primary, and see it arrive in that view of the secondary. Gives what that one says. */
  async function follow(startPrimary: Start, startSecondary: Start): Promise<readonly string[]> {
    const told = await findFreePort();
    const primary = (await startPrimary(primaryViews(told))) as Judge;
    running.push(primary);
    const secondary = (await startSecondary(secondaryViews(primary.port), told)) as Judge;
    running.push(secondary);
    const wait = { timeout: 20_000, interval: 100 };
    await expect.poll(() => addressOf(secondary.port, 'sip1', 'inner'), wait).toBe('NOERROR 10.1.0.1');
    await expect.poll(() => addressOf(secondary.port, 'sip1', 'outer'), wait).toBe('NOERROR 10.2.0.1');
    await update(primary.port, 'inner', '10.1.0.9');
    await expect.poll(() => addressOf(secondary.port, 'new', 'inner'), wait).toBe('NOERROR 10.1.0.9');
    expect(await addressOf(secondary.port, 'new', 'outer')).toBe('NXDOMAIN');
    expect(await addressOf(primary.port, 'new', 'outer')).toBe('NXDOMAIN');
    await update(primary.port, 'outer', '10.2.0.9');
    await expect.poll(() => addressOf(secondary.port, 'new', 'outer'), wait).toBe('NOERROR 10.2.0.9');
    expect(await addressOf(secondary.port, 'new', 'inner')).toBe('NOERROR 10.1.0.9');
    for (const [name, key] of Object.entries({ inside: 'inner', outside: 'outer' })) {
      expect(secondary.log()).toContain(
        `/key ${key}: view ${name}: received notify for zone '${zoneName}': TSIG '${key}'`,
      );
      expect(primary.log()).toContain(
        `/key ${key}: view ${name}: updating zone '${zoneName}/IN': adding an RR at 'new.`,
      );
    }
    return transferLines(secondary, primary.port);
  }

  test('zones and their changes go from view to view, both ways, and the lines of transfers are the same', async () => {
    const ours = await follow(bind, ringzone);
    const theirs = await follow(ringzone, bind);
    expect(ours).toEqual(theirs);
    expect(ours.join('\n')).toContain(`zone ${zoneName}/IN/inside: transferred serial 2: TSIG 'inner'`);
  }, 90_000);

  test.each([
    ['BIND', bind],
    ['Ringzone', ringzone],
  ])(
    '%s has one view as the secondary of another one',
    async (_, start) => {
      const also = { 'also-notify': [{ address: '127.0.0.1', port: 'PORT', key: 'outer' }] };
      const hidden: TestView = {
        name: 'hidden',
        octet: 1,
        clients: ['key inner', '!key outer', '127.0.0.2'],
        bind: 'also-notify { 127.0.0.1 port PORT key outer; }; allow-update { key inner; };',
        ringzone: { ...also, 'allow-update': ['key inner'] },
      };
      const open: TestView = { name: 'open', octet: 2, primary: { port: 'PORT', key: 'inner' } };
      const server = (await start([hidden, open])) as Judge;
      running.push(server);
      const wait = { timeout: 20_000, interval: 100 };
      await expect.poll(() => addressOf(server.port, 'sip1', 'outer'), wait).toBe('NOERROR 10.1.0.1');
      await update(server.port, 'inner', '10.1.0.9');
      await expect.poll(() => addressOf(server.port, 'new', 'outer'), wait).toBe('NOERROR 10.1.0.9');
      expect(server.log()).toContain(`/key outer: view open: received notify for zone '${zoneName}': TSIG 'outer'`);
    },
    60_000,
  );
});
