import { afterEach, describe, expect, it } from 'vitest';
import type { ZoneConfig } from '../../../../src/control/config/config.ts';
import type { Log } from '../../../../src/control/log/log.ts';
import { Secondaries } from '../../../../src/control/secondary/secondaries.ts';
import type { SecondaryZone } from '../../../../src/control/secondary/secondary-zone.ts';
import type { TransferCommand } from '../../../../src/control/secondary/transfer-messages.ts';
import { TransferReceiver } from '../../../../src/control/secondary/transfer-receiver.ts';
import { apex } from '../../transfer/in/fixtures.ts';
import { FakePrimary } from './fake-primary.ts';
import { MemoryWriter } from './memory-writer.ts';
import { secondaryConfig } from './secondary-config.ts';

interface SetupOptions {
  readonly serialQueryRate: number;
  readonly datagramMs: number;
  readonly streamMs: number;
  readonly idleInMs: number;
}

/** Main's side and the loader's in one thread, and the primaries that they ask. */
class Setup {
  readonly writer = new MemoryWriter(apex);
  readonly lines: string[] = [];
  readonly primaries: FakePrimary[] = [];
  readonly sent: TransferCommand[] = [];
  readonly secondaries: Secondaries;
  private readonly receiver: TransferReceiver;
  private readonly options: SetupOptions;

  /** So patient by default that no load of the machine makes a time-out of what is merely slow. */
  constructor(options: Partial<SetupOptions> = {}) {
    this.options = { serialQueryRate: 1000, datagramMs: 5000, streamMs: 5000, idleInMs: 10_000, ...options };
    const say = (_category: string, text: string) => this.lines.push(text.replaceAll(/#\d+/g, '#P'));
    const event = (category: string, _severity: string, text: string) => say(category, text);
    const log = { info: say, notice: say, warning: say, error: say, event } as unknown as Log;
    const seconds = () => Math.floor(Date.now() / 1000);
    this.receiver = new TransferReceiver(
      this.writer,
      (report) => queueMicrotask(() => this.secondaries.receiveReport(report)),
      seconds,
    );
    const loader = {
      send: (command: TransferCommand) => {
        this.sent.push(command);
        queueMicrotask(() => this.receiver.receive(command));
      },
    };
    const { datagramMs, streamMs } = this.options;
    this.secondaries = new Secondaries(loader, log, {
      soaTimeouts: { datagramTries: 2, datagramMs, streamMs },
      random: () => 0,
    });
  }

  async addPrimary(): Promise<FakePrimary> {
    const primary = new FakePrimary();
    await primary.start();
    this.primaries.push(primary);
    return primary;
  }

  configure(zones: readonly ZoneConfig[]): void {
    const { serialQueryRate } = this.options;
    this.secondaries.configure({ zones, keys: [], transfersIn: 10, transfersPerPrimary: 2, serialQueryRate });
  }

  /** The zone with these primaries; with `serial` it has a copy. */
  begin(changes: Partial<ZoneConfig> = {}): SecondaryZone {
    const primaries = this.primaries.map(({ port }) => ({
      address: '127.0.0.1',
      port,
      key: undefined,
      tls: undefined,
    }));
    const { idleInMs } = this.options;
    const transferTimes = { inMs: 20_000, idleInMs, outMs: 20_000, idleOutMs: 20_000 };
    const config = secondaryConfig({ primaries, transferTimes, ...changes });
    this.configure([config]);
    const { id, serial } = this.writer.zone;
    const times = { refreshSeconds: 7200, retrySeconds: 900, expireSeconds: 604_800 };
    const timers =
      serial === undefined
        ? undefined
        : { refreshedAt: Date.now() / 1000, expiresAt: Date.now() / 1000 + 1000, primary: '' };
    this.secondaries.receiveZone({
      zone: 0,
      id,
      name: 'example',
      title: 'example/IN',
      serial,
      ...times,
      timers,
      isExpired: false,
    });
    this.secondaries.start();
    return this.secondaries.find(0, 1, apex) as SecondaryZone;
  }

  /** Wait until the zone looks no more. */
  async settle(zone: SecondaryZone): Promise<void> {
    await expect.poll(() => zone.isBusy || zone.isWanted, { interval: 5 }).toBe(false);
  }

  async stop(): Promise<void> {
    this.secondaries.stop();
    await Promise.all(this.primaries.map((primary) => primary.stop()));
  }
}

let setup: Setup;
afterEach(() => setup.stop());

describe('a zone without a copy', () => {
  it('is transferred, and the log says so in the words of BIND', async () => {
    setup = new Setup();
    const primary = await setup.addPrimary();
    const zone = setup.begin();
    await setup.settle(zone);
    expect(primary.asked).toEqual(['udp SOA', 'tcp AXFR']);
    expect(setup.writer.records()).toHaveLength(13);
    expect(zone).toMatchObject({ serial: 7, soa: { refreshSeconds: 7200 }, failures: 0, isExpired: false });
    expect(setup.lines.map((line) => line.replace(/, \d+\.\d+ secs .*\) \(/, ', T ('))).toEqual([
      'zone example/IN: Transfer started.',
      "transfer of 'example/IN' from 127.0.0.1#P: connected using 127.0.0.1#P",
      'zone example/IN: transferred serial 7',
      "transfer of 'example/IN' from 127.0.0.1#P: Transfer status: success",
      expect.stringMatching(
        /^transfer of 'example\/IN' from 127.0.0.1#P: Transfer completed: 1 messages, 14 records, \d+ bytes, T \(serial 7\)$/,
      ),
    ]);
    const refreshed = setup.sent.find((command) => command.kind === 'refreshed');
    expect(refreshed).toMatchObject({ timers: { primary: `127.0.0.1#${primary.port}` } });
  });

  it('is asked for over TCP where UDP is truncated, or silent', async () => {
    setup = new Setup();
    const primary = await setup.addPrimary();
    primary.truncated = true;
    await setup.settle(setup.begin());
    expect(primary.asked).toEqual(['udp SOA', 'tcp SOA', 'tcp AXFR']);
  });

  it('is tried again later where no primary answers', async () => {
    setup = new Setup({ datagramMs: 100, streamMs: 1000 });
    const [silent, failing] = [await setup.addPrimary(), await setup.addPrimary()];
    silent.serial = undefined;
    failing.rcode = 2;
    const zone = setup.begin();
    await setup.settle(zone);
    expect(setup.lines).toEqual([
      'zone example/IN: refresh: retry limit for primary 127.0.0.1#P exceeded (source 0.0.0.0#P)',
      'zone example/IN: refresh: unexpected rcode (SERVFAIL) from primary 127.0.0.1#P (source 0.0.0.0#P)',
    ]);
    expect(zone.failures).toBe(1);
    expect(zone.refreshDueMs - performance.now()).toBeGreaterThan(55_000);
  });

  it('is taken from a primary that refuses the question but not the transfer, as BIND does', async () => {
    setup = new Setup();
    (await setup.addPrimary()).rcode = 5;
    await setup.settle(setup.begin());
    expect(setup.lines.slice(0, 2)).toEqual([
      'zone example/IN: refresh: unexpected rcode (REFUSED) from primary 127.0.0.1#P (source 0.0.0.0#P)',
      'zone example/IN: Transfer started.',
    ]);
    expect(setup.writer.zone.serial).toBe(7);
  });

  it('is taken from the next primary where one is down', async () => {
    setup = new Setup();
    const down = await setup.addPrimary();
    const up = await setup.addPrimary();
    await down.stop();
    setup.primaries.shift();
    const primaries = [down, up].map(({ port }) => ({ address: '127.0.0.1', port, key: undefined, tls: undefined }));
    await setup.settle(setup.begin({ primaries }));
    expect(setup.lines[0]).toBe(
      'zone example/IN: refresh: failure trying primary 127.0.0.1#P (source 0.0.0.0#P): connection refused',
    );
    expect(setup.writer.zone.serial).toBe(7);
  });
});

/** With serial 5 served, and a primary that has 7. */
async function served(options?: Partial<SetupOptions>): Promise<{ primary: FakePrimary; zone: SecondaryZone }> {
  setup = new Setup(options);
  const primary = await setup.addPrimary();
  primary.serial = 5;
  primary.behaviours = [{ kind: 'answer', fixture: 'serial5' }];
  const zone = setup.begin();
  await setup.settle(zone);
  expect(zone.serial).toBe(5);
  setup.lines.length = 0;
  primary.asked.length = 0;
  primary.serial = 7;
  return { primary, zone };
}

describe('a zone with a copy', () => {
  it('is brought up to date by differences', async () => {
    const { primary, zone } = await served();
    primary.behaviours = [{ kind: 'answer', fixture: 'ixfr' }];
    setup.secondaries.refresh(zone);
    await setup.settle(zone);
    expect(primary.asked).toEqual(['udp SOA', 'tcp IXFR']);
    expect(setup.writer.done).toContain('commit 5-6 6-7');
    expect(zone.serial).toBe(7);
  });

  it('is left alone where the primary has the same serial: the end of the copy is put off', async () => {
    const { primary, zone } = await served();
    primary.serial = 5;
    primary.expireSeconds = 700_000;
    zone.expiresAt = 1;
    setup.secondaries.refresh(zone);
    await setup.settle(zone);
    expect(primary.asked).toEqual(['udp SOA']);
    // The SOA's 604800 are less than the option's.
    expect(zone.expiresAt).toBeGreaterThan(Date.now() / 1000 + 604_000);
    expect(setup.lines).toEqual([]);
  });

  it('stays where the primary has a lower serial', async () => {
    const { primary, zone } = await served();
    primary.serial = 4;
    setup.secondaries.refresh(zone);
    await setup.settle(zone);
    expect(setup.lines).toEqual(['zone example/IN: serial number (4) received from primary 127.0.0.1#P < ours (5)']);
  });

  it('is taken whole by retransfer, whatever the serial', async () => {
    const { primary, zone } = await served();
    primary.serial = 4;
    primary.behaviours = [{ kind: 'answer', fixture: 'axfr' }];
    setup.secondaries.retransfer(zone);
    await setup.settle(zone);
    expect(primary.asked).toEqual(['udp SOA', 'tcp AXFR']);
    expect(zone).toMatchObject({ serial: 7, wantsWhole: false });
  });

  it.each([
    ['refused', 'REFUSED'],
    ['ixfrNewer', 'timed out'],
    ['ixfrAbsent', 'not exact: other.example. is not as the primary thinks'],
    ['outOfSync', 'FORMERR', 'IXFR out of sync: expected serial 6, got 9'],
  ])('is taken whole where the differences are %s', async (fixture, reason, fault?: string) => {
    const { primary, zone } = await served(reason === 'timed out' ? { idleInMs: 200 } : {});
    primary.behaviours = [
      { kind: 'answer', fixture },
      { kind: 'answer', fixture: 'axfr' },
    ];
    setup.secondaries.refresh(zone);
    await setup.settle(zone);
    expect(primary.asked).toEqual(['udp SOA', 'tcp IXFR', 'tcp AXFR']);
    const of = "transfer of 'example/IN' from 127.0.0.1#P";
    const lines = [...(fault === undefined ? [] : [`${of}: ${fault}`]), `${of}: got ${reason}, retrying with AXFR`];
    expect(setup.lines.slice(2, 3 + lines.length)).toEqual([...lines, `${of}: resetting`]);
    expect(zone.serial).toBe(7);
  });

  it.each([
    ['ends the stream in the middle', { kind: 'end', fixture: 'axfr', octets: 200 }, 'end of file'],
    ['resets it', { kind: 'reset', fixture: 'axfrInMany', octets: 200 }, 'connection reset'],
    ['says nothing', { kind: 'silence' }, 'timed out'],
    ['stops in the middle', { kind: 'answer', fixture: 'axfrHalf' }, 'timed out'],
    ['speaks something else', { kind: 'garbage' }, 'unexpected ID'],
    ['refuses', { kind: 'answer', fixture: 'refused' }, 'REFUSED'],
    ['sends a zone without NS', { kind: 'answer', fixture: 'zoneNoNs' }, 'has no NS records'],
  ] as const)('stays as it is when the primary %s', async (_, behaviour, reason) => {
    const { primary, zone } = await served(reason === 'timed out' ? { idleInMs: 200 } : {});
    const before = setup.writer.records();
    primary.behaviours = [behaviour];
    setup.secondaries.retransfer(zone);
    await setup.settle(zone);
    expect(setup.writer.records()).toEqual(before);
    expect(setup.lines.slice(2)).toEqual([
      `transfer of 'example/IN' from 127.0.0.1#P: failed while receiving responses: ${reason}`,
      `transfer of 'example/IN' from 127.0.0.1#P: Transfer status: ${reason}`,
    ]);
    expect(zone).toMatchObject({ serial: 5, failures: 1 });
    // Nothing of it is left, and the next try is as good as the first.
    primary.behaviours = [{ kind: 'answer', fixture: 'axfr' }];
    setup.secondaries.refresh(zone);
    await setup.settle(zone);
    expect(zone).toMatchObject({ serial: 7, failures: 0 });
  });

  it('looks once more when it is asked to while it looks, and not twice', async () => {
    const { primary, zone } = await served();
    primary.behaviours = [{ kind: 'answer', fixture: 'ixfr', pauseMs: 80 }];
    setup.secondaries.refresh(zone);
    await new Promise((resolve) => setTimeout(resolve, 40));
    for (let i = 0; i < 5; i++) setup.secondaries.refresh(zone);
    await setup.settle(zone);
    expect(primary.asked).toEqual(['udp SOA', 'tcp IXFR', 'udp SOA']);
  });

  it('expires when no primary has vouched for it for too long, and comes back', async () => {
    const { primary, zone } = await served();
    // SERVFAIL: no time-outs are needed to be without an answer.
    primary.rcode = 2;
    zone.expiresAt = Math.floor(Date.now() / 1000) + 1;
    setup.secondaries.refresh(zone);
    await setup.settle(zone);
    await expect.poll(() => setup.lines.at(-1)).toBe('zone example/IN: expired');
    expect(setup.writer.done.at(-1)).toBe('expire');
    primary.rcode = 0;
    primary.serial = 5;
    setup.secondaries.refresh(zone);
    await setup.settle(zone);
    expect(setup.writer.done.at(-1)).toMatch(/^refreshed /);
    expect(zone.isExpired).toBe(false);
  });

  it('is forgotten when it is not configured any more', async () => {
    const { zone } = await served();
    setup.configure([]);
    expect(zone.isGone).toBe(true);
    expect(setup.secondaries.size).toBe(0);
  });
});

it('is asked for and transferred from the address of transfer-source', async () => {
  setup = new Setup();
  const primary = await setup.addPrimary();
  const zone = setup.begin({ transferSource: { ipv4: '127.0.0.9', ipv6: '::1' } });
  await setup.settle(zone);
  expect(primary.asked).toEqual(['udp SOA', 'tcp AXFR']);
  expect(primary.clients).toEqual(['127.0.0.9', '127.0.0.9']);
});

it('is not asked for from an address that this host does not have, and the log says so', async () => {
  setup = new Setup();
  const primary = await setup.addPrimary();
  const zone = setup.begin({ transferSource: { ipv4: '192.0.2.99', ipv6: undefined } });
  await setup.settle(zone);
  expect(primary.asked).toEqual([]);
  expect(setup.lines).toEqual([
    'zone example/IN: refresh: failure trying primary 127.0.0.1#P (source 192.0.2.99#P): address not available',
  ]);
});

it('who is told of a change does not wait behind those that are only due', async () => {
  // After the look at the start the next one that is only due has to wait for four seconds.
  setup = new Setup({ serialQueryRate: 0.25 });
  const primary = await setup.addPrimary();
  const zone = setup.begin();
  await setup.settle(zone);
  setup.secondaries.refresh(zone);
  await setup.settle(zone);
  expect(primary.asked).toEqual(['udp SOA', 'tcp AXFR', 'udp SOA']);
});
