import { describe, expect, it } from 'vitest';
import { DeferredRequest } from '../../../../src/control/deferred/deferred-request.ts';
import type { Log } from '../../../../src/control/log/log.ts';
import { writeNotify } from '../../../../src/control/notify/notify-message.ts';
import { NotifyReceiver } from '../../../../src/control/notify/notify-receiver.ts';
import { Secondaries } from '../../../../src/control/secondary/secondaries.ts';
import type { AccessListTable } from '../../../../src/plane/access/access-list-table.ts';
import { parseAddress } from '../../../../src/plane/sockets/socket-address.ts';
import { wireNameFrom } from '../../../../src/wire/name.ts';
import { secondaryConfig } from '../secondary/secondary-config.ts';

const apex = wireNameFrom('example.');
const friend = 2;
const access: AccessListTable = {
  lists: [
    [{ kind: 'any', negated: false }],
    [],
    [{ kind: 'prefix', negated: false, family: 4, octets: Uint8Array.of(192, 0, 2, 77), bits: 32 }],
  ],
};

/** SOA RDATA with this serial. */
function soaOf(serial: number): Uint8Array {
  const soa = new Uint8Array(22);
  new DataView(soa.buffer).setUint32(2, serial);
  return soa;
}

function setup(copy: number | 'none' = 7) {
  const serial = copy === 'none' ? undefined : copy;
  const lines: string[] = [];
  const log = {
    info: (_: string, text: string) => lines.push(text),
    event: (_: string, severity: string, text: string) => lines.push(`${severity}: ${text}`),
  } as unknown as Log;
  const secondaries = new Secondaries({ send: () => {} }, log);
  const primaries = ['192.0.2.1', '2001:db8::1'].map((address) => ({
    address,
    port: 53,
    key: undefined,
    tls: undefined,
  }));
  secondaries.configure({
    zones: [secondaryConfig({ primaries, allowNotify: friend })],
    keys: [],
    transfersIn: 1,
    transfersPerPrimary: 1,
    serialQueryRate: 1000,
  });
  const times = { refreshSeconds: 7200, retrySeconds: 900, expireSeconds: 604_800 };
  const id = { view: 0, class: 1, apex };
  secondaries.receiveZone({
    zone: 0,
    id,
    name: 'example',
    title: 'example/IN',
    serial,
    ...times,
    timers: undefined,
    isExpired: false,
  });
  const receiver = new NotifyReceiver({ access }, secondaries, log);
  const zone = secondaries.find(0, 1, apex);
  const receive = (from: string, message: Uint8Array): Uint8Array | undefined => {
    const octets = parseAddress(from) as Uint8Array;
    const end = { family: octets.length === 4 ? 4 : 6, octets, port: 4000 } as const;
    const route = { kind: 'worker', number: 0 } as const;
    let answer: Uint8Array | undefined;
    const deferred = {
      kind: 'deferred',
      message,
      client: end,
      local: end,
      view: 0,
      verdict: undefined,
      route,
    } as const;
    receiver.take(
      new DeferredRequest(deferred, '0x7f', (octets) => {
        answer = octets;
      }),
    );
    secondaries.stop();
    return answer;
  };
  return { receive, lines, zone };
}

function notify(serial: number | undefined, name = apex): Uint8Array {
  const notice = { apex: name, zoneClass: 1, soa: soaOf(serial ?? 0), soaTtlSeconds: 0 };
  const { out } = writeNotify(notice, 0x4321, 0);
  if (serial !== undefined) return out;
  const short = out.slice(0, 12 + name.length + 4);
  short[7] = 0;
  return short;
}

/** RCODE and AA of a response to it. */
function read(answer: Uint8Array | undefined) {
  expect([...(answer ?? [])].slice(0, 2)).toEqual([0x43, 0x21]);
  const [, , high = 0, low = 0] = answer ?? [];
  expect(high & 0xf8).toBe(0xa0);
  return { rcode: low & 15, aa: (high & 4) !== 0 };
}

describe('NOTIFY from', () => {
  it.each(['192.0.2.1', '::ffff:192.0.2.1', '2001:db8::1', '192.0.2.77'])('%s is heard', (from) => {
    const { receive, lines, zone } = setup();
    expect(read(receive(from, notify(8)))).toEqual({ rcode: 0, aa: true });
    expect(zone?.isBusy).toBe(true);
    expect(lines[0]).toMatch(/^info: client @0x7f .*#4000: received notify for zone 'example'$/);
    expect(lines[1]).toMatch(/^zone example\/IN: notify from .*#4000: serial 8$/);
  });

  it('others is refused', () => {
    const { receive, lines, zone } = setup();
    expect(read(receive('192.0.2.2', notify(8)))).toEqual({ rcode: 5, aa: false });
    expect(zone?.isBusy).toBe(false);
    expect(lines[1]).toBe('info: zone example/IN: refused notify from non-primary: 192.0.2.2#4000');
  });
});

describe('NOTIFY', () => {
  it('with a serial that is there already changes nothing', () => {
    const { receive, lines, zone } = setup(8);
    expect(read(receive('192.0.2.1', notify(8)))).toEqual({ rcode: 0, aa: true });
    expect(zone?.isBusy).toBe(false);
    expect(lines[1]).toBe('zone example/IN: notify from 192.0.2.1#4000: zone is up to date');
  });

  it('without a serial is followed, and with any where there is no copy', () => {
    const first = setup(8);
    first.receive('192.0.2.1', notify(undefined));
    expect(first.lines[1]).toBe('zone example/IN: notify from 192.0.2.1#4000: no serial');
    expect(first.zone?.isBusy).toBe(true);
    const second = setup('none');
    second.receive('192.0.2.1', notify(1));
    expect(second.zone?.isBusy).toBe(true);
  });

  it('while it looks makes it look once more', () => {
    const { receive, lines, zone } = setup();
    if (zone !== undefined) zone.isBusy = true;
    receive('192.0.2.1', notify(8));
    expect(zone?.isWanted).toBe(true);
    expect(lines[1]).toBe('zone example/IN: notify from 192.0.2.1#4000: refresh in progress, refresh check queued');
  });

  it('for a zone that is no secondary here is NOTAUTH', () => {
    const { receive, lines } = setup();
    expect(read(receive('192.0.2.1', notify(8, wireNameFrom('Other.'))))).toEqual({ rcode: 9, aa: false });
    expect(lines).toEqual(["notice: client @0x7f 192.0.2.1#4000: received notify for zone 'Other': not authoritative"]);
  });

  it('about another type than SOA is FORMERR', () => {
    const { receive } = setup();
    const message = notify(8);
    message[12 + apex.length + 1] = 1;
    expect(read(receive('192.0.2.1', message)).rcode).toBe(1);
  });
});
