import { describe, expect, it } from 'vitest';
import { describeGaps } from '../../../../src/control/agreement/agreement-gaps.ts';
import { formatPeers } from '../../../../src/control/agreement/format-peers.ts';
import { formatHealth } from '../../../../src/control/health/format-health.ts';
import { defaultHealthSettings } from '../../../../src/control/health/health-plan.ts';
import type { TargetReport } from '../../../../src/control/health/health-report.ts';
import { target } from '../health/fake-world.ts';

const nowMs = 1_700_000_000_000;

describe('for the operator', () => {
  it('peers are a table', () => {
    const peers = [
      {
        peer: '192.0.2.2#53',
        isHeard: true,
        problem: undefined,
        heardMs: nowMs - 900,
        asked: 8112,
        failed: 3,
        opinions: 2,
      },
      {
        peer: '192.0.2.3#53',
        isHeard: false,
        problem: 'timed out',
        heardMs: nowMs - 240_000,
        asked: 9,
        failed: 4,
        opinions: 2,
      },
      {
        peer: '192.0.2.4#53',
        isHeard: false,
        problem: undefined,
        heardMs: undefined,
        asked: 0,
        failed: 0,
        opinions: 0,
      },
    ];
    expect(formatPeers(peers, nowMs)).toBe(
      [
        'peers',
        '  peer          heard          answered   addresses  questions  without answer',
        '  192.0.2.2#53  yes            1 s ago    2          8112       3',
        '  192.0.2.3#53  no: timed out  4 min ago  2          9          4',
        '  192.0.2.4#53  no: not yet    never      0          0          0',
      ].join('\n'),
    );
    expect(formatPeers([], nowMs)).toBe('');
  });

  it('what they see stands beside each address that is to be agreed on', () => {
    const report: TargetReport = {
      zone: 'example.com',
      owner: '_sip._udp.example.com',
      target: 'sip1.example.com',
      port: 5060,
      transport: 'udp',
      priority: 0,
      weight: 1,
      state: 'trying',
      share: 1,
      addresses: [
        {
          address: '192.0.2.11',
          port: 5060,
          state: 'inactive',
          agreedState: 'trying',
          peers: [
            { peer: '192.0.2.2#53', opinion: 'up' },
            { peer: '192.0.2.3#53', opinion: null },
          ],
          sinceMs: nowMs - 4000,
          last: 'no reply within 2 s',
          latencyMs: undefined,
          failures: 3,
          heldUntilMs: undefined,
        },
      ],
    };
    expect(formatHealth([report], nowMs).split('\n')).toEqual([
      '_sip._udp.example.com (zone example.com)',
      '  target                     address     state                   since  last reply                     latency  share  peers',
      '  sip1.example.com:5060/udp  192.0.2.11  trying (inactive here)  4 s    no reply within 2 s (3 times)  -        100 %  192.0.2.2#53 up, 192.0.2.3#53 -',
    ]);
  });
});

describe('what can never be agreed on', () => {
  const settings = { ...defaultHealthSettings, agree: 2 };
  const watch = (name: string, endpointKeys: readonly string[], agree = 2) => ({
    name,
    endpointKeys,
    target: target(name, { settings: { ...settings, agree } }),
  });

  it('is told by target', () => {
    const asking = (key: string) => (key === 'only here' ? 1 : 2);
    const watches = [
      watch('sip1.test', ['everywhere']),
      watch('sip2.test', ['everywhere', 'only here']),
      watch('sip2.test', ['only here']),
      watch('sip3.test', ['only here'], 1),
      watch('sip4.test', []),
      watch('sip5.test', ['everywhere'], 3),
    ];
    expect(describeGaps(watches, asking)).toBe(
      'sip2.test:5060/udp is asked by 1 of the 2 servers that must agree, ' +
        'sip5.test:5060/udp is asked by 2 of the 3 servers that must agree: ' +
        'never taken out; do all servers have the same zones and health?',
    );
    expect(describeGaps(watches.slice(0, 1), asking)).toBeUndefined();
  });

  it('is told shortly where it is much', () => {
    const watches = Array.from({ length: 10 }, (_, i) => watch(`sip${i}.test`, ['x']));
    expect(describeGaps(watches, () => 1)).toContain(
      'sip2.test:5060/udp is asked by 1 of the 2 servers that must agree, and 7 more: ',
    );
  });
});
