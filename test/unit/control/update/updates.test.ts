import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { defaultZone } from '../../../../src/control/config/default-zone.ts';
import { DeferredRequest } from '../../../../src/control/deferred/deferred-request.ts';
import type { ZoneToLoad } from '../../../../src/control/loader-messages.ts';
import type { Log } from '../../../../src/control/log/log.ts';
import type { UpdateRequests } from '../../../../src/control/update/update-messages.ts';
import { Updates } from '../../../../src/control/update/updates.ts';
import { AccessList, defaultAccessTable } from '../../../../src/plane/access/access-list-table.ts';
import { wireNameFrom } from '../../../../src/wire/name.ts';
import { addText, buildUpdate } from '../../../interop/lib/update-message.ts';
import { deferredOf } from '../deferred/deferred-harness.ts';

function zoneOf(name: string, more: Partial<ZoneToLoad>): ZoneToLoad {
  return { ...defaultZone({ name, apex: wireNameFrom(`${name}.`), class: 1, file: name }), ...more };
}

class Harness {
  readonly posted: UpdateRequests[] = [];
  readonly lines: string[] = [];
  readonly rcodes: number[] = [];
  readonly updates: Updates;

  constructor(...zones: ZoneToLoad[]) {
    const event = (category: string, severity: string, message: string) => {
      this.lines.push(`${category}: ${severity}: ${message.replace(/client @0x\w+ 127\.0\.0\.1#\d+: /, '')}`);
    };
    const log = { event, info: (category: string, message: string) => event(category, 'info', message) };
    this.updates = new Updates(
      { zones, access: defaultAccessTable },
      (requests) => this.posted.push(requests),
      log as unknown as Log,
    );
  }

  send(zone: string): void {
    const message = buildUpdate(1, zone, [addText(`a.${zone}`, 'x')]);
    const take = (octets: Uint8Array | undefined) => this.rcodes.push((octets?.[3] ?? 255) & 15);
    this.updates.take(new DeferredRequest(deferredOf(message), '0x7f00', take));
  }
}

const open = { kind: 'list', list: AccessList.any } as const;
const closed = { kind: 'list', list: AccessList.none } as const;

describe('Updates', () => {
  it('gives those that may to the loader thread, all of a turn at once, and answers when that is done', async () => {
    const harness = new Harness(zoneOf('d.test', { update: open }));
    harness.send('D.test');
    harness.send('d.TEST');
    expect(harness.posted).toEqual([]);
    await turn();
    expect(harness.posted).toHaveLength(1);
    const [first, second] = harness.posted[0]?.requests ?? [];
    expect(harness.rcodes).toEqual([]);
    const results = [
      { id: first?.id ?? 0, rcode: 0, lines: ['adding an RR at \'a.d.test\' TXT "x"'] },
      { id: second?.id ?? 0, rcode: 2, lines: ['update failed: no space left on the disk (SERVFAIL)'] },
    ];
    harness.updates.updated({ kind: 'updated', results });
    expect(harness.rcodes).toEqual([0, 2]);
    expect(harness.lines).toEqual([
      "update: info: updating zone 'd.test/IN': adding an RR at 'a.d.test' TXT \"x\"",
      "update: error: updating zone 'd.test/IN': update failed: no space left on the disk (SERVFAIL)",
    ]);
    // Said once only.
    harness.updates.updated({ kind: 'updated', results });
    expect(harness.rcodes).toHaveLength(2);
  });

  it.each<readonly [string, Partial<ZoneToLoad>, number, string]>([
    ['static', { update: undefined }, 5, "update-security: info: update 'd.test/IN' denied"],
    ['not allowed', { update: closed }, 5, "update-security: error: update 'd.test/IN' denied"],
    [
      'not even allowed to ask',
      { update: open, allowQuery: AccessList.none },
      5,
      "update-security: error: update 'd.test/IN' denied due to allow-query",
    ],
    [
      'of a secondary',
      { type: 'secondary', update: undefined },
      5,
      "update-security: error: update forwarding 'd.test/IN' denied",
    ],
    [
      'by policy, unsigned',
      { update: { kind: 'policy', rules: [] } },
      5,
      "update-security: error: update 'd.test/IN' denied",
    ],
  ])('%s: refused, and the loader thread hears nothing', async (_, zone, rcode, line) => {
    const harness = new Harness(zoneOf('d.test', zone));
    harness.send('d.test');
    await turn();
    expect({ rcodes: harness.rcodes, lines: harness.lines, posted: harness.posted }).toEqual({
      rcodes: [rcode],
      lines: [line],
      posted: [],
    });
  });

  it('knows no zones of others', () => {
    const harness = new Harness(zoneOf('d.test', { update: open }));
    harness.send('sub.d.test');
    expect(harness.rcodes).toEqual([9]);
    expect(harness.lines).toEqual([
      'update: info: update failed: sub.d.test: not authoritative for update zone (NOTAUTH)',
    ]);
  });

  it('answers SERVFAIL when the loader thread is gone, before and after', async () => {
    const harness = new Harness(zoneOf('d.test', { update: open }));
    harness.send('d.test');
    await turn();
    harness.updates.failed();
    harness.send('d.test');
    await turn();
    expect(harness.rcodes).toEqual([2, 2]);
    expect(harness.posted).toHaveLength(1);
  });
});
