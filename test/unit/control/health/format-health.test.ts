import { expect, it } from 'vitest';
import { formatHealth } from '../../../../src/control/health/format-health.ts';
import type { AddressReport, TargetReport } from '../../../../src/control/health/health-report.ts';

const nowMs = 1_700_000_000_000;

function address(more: Partial<AddressReport>): AddressReport {
  return {
    address: '192.0.2.11',
    port: 5060,
    state: 'active',
    sinceMs: nowMs - 90_000,
    last: '200 OK',
    latencyMs: 3.14,
    failures: 0,
    heldUntilMs: undefined,
    ...more,
  };
}

function report(more: Partial<TargetReport>): TargetReport {
  return {
    zone: 'example.com',
    owner: '_sip._udp.example.com',
    target: 'sip1.example.com',
    port: 5060,
    transport: 'udp',
    priority: 0,
    weight: 40,
    state: 'active',
    addresses: [address({})],
    share: 0.4,
    ...more,
  };
}

it('is a table for each owner', () => {
  const targets = [
    report({
      addresses: [
        address({}),
        address({
          address: '2001:db8::11',
          port: 5080,
          state: 'inactive',
          sinceMs: nowMs - 7_300_000,
          last: 'no reply within 2 s',
          latencyMs: undefined,
          failures: 4,
        }),
      ],
    }),
    report({
      target: 'sip2.example.com',
      state: 'disabled',
      share: 0.6,
      drainedUntilMs: nowMs + 1_800_000,
      addresses: [address({ address: '192.0.2.12', latencyMs: 120 })],
    }),
    report({ target: 'sip3.example.com', share: 0, addresses: [] }),
    report({
      owner: '_sips._tcp.example.com',
      transport: 'tls',
      share: 1,
      state: 'inactive',
      addresses: [address({ state: 'inactive', heldUntilMs: nowMs + 45_000 })],
    }),
  ];
  expect(formatHealth(targets, nowMs).split('\n')).toEqual([
    '_sip._udp.example.com (zone example.com)',
    '  target                     address              state     since  last reply                     latency   share',
    '  sip1.example.com:5060/udp  192.0.2.11           active    90 s   200 OK                         3.1 ms    40 %',
    '                             [2001:db8::11]:5080  inactive  2 h    no reply within 2 s (4 times)  -',
    '  sip2.example.com:5060/udp  192.0.2.12           disabled  90 s   drained for 30 min more        120.0 ms  60 %',
    '  sip3.example.com:5060/udp  -                    active    -      not probed                     -         0 %',
    '',
    '_sips._tcp.example.com (zone example.com)',
    '  target                     address              state     since  last reply                     latency   share',
    '  sip1.example.com:5060/tls  192.0.2.11           inactive  90 s   200 OK, held for 45 s more     3.1 ms    100 %',
  ]);
});
