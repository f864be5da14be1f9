import { expect, test } from 'vitest';
import { type CallFacts, judgeCalls } from '../../../../src/control/page/call-verdict.ts';

const noTargets = { up: 0, down: 0, drained: 0, trying: 0, unprobed: 0 };
const healthy: CallFacts = {
  isReady: true,
  readiness: 'ready: 1 of 1 zones are served',
  zones: { total: 1, served: 1, troubled: 0 },
  targets: { ...noTargets, up: 4 },
  services: 2,
  deadServices: [],
  reducedServices: [],
  downTargets: [],
};

test.each<[what: string, facts: Partial<CallFacts>, level: string, title: string, text: string]>([
  ['all is well', {}, 'good', 'Calls arrive', 'All 4 targets of 2 services answer.'],
  [
    'one server',
    { targets: { ...noTargets, up: 1 }, services: 1 },
    'good',
    'Calls arrive',
    'The SIP server of 1 service answers.',
  ],
  [
    'a target is down',
    {
      targets: { ...noTargets, up: 3, down: 1, unprobed: 2 },
      reducedServices: ['_sip._udp.a.test'],
      downTargets: ['sip1.a.test:5060'],
    },
    'warning',
    'Calls arrive, on fewer servers',
    'Of 4 targets 3 answer, 1 is down: sip1.a.test:5060. 2 more are not probed.',
  ],
  [
    'all targets of one service are down',
    { targets: { ...noTargets, up: 2, down: 2 }, deadServices: ['_sip._udp.a.test'] },
    'bad',
    'Calls do not arrive at 1 service',
    'No SIP server is up of _sip._udp.a.test.',
  ],
  [
    'all are down',
    { targets: { ...noTargets, down: 5 }, services: 5, deadServices: ['a', 'b', 'c', 'd', 'e'] },
    'bad',
    'Calls do not arrive',
    'No SIP server is up of a, b, c and 2 more.',
  ],
  [
    'a zone is not served',
    { zones: { total: 10_000, served: 9998, troubled: 0 }, targets: { ...noTargets, unprobed: 3 } },
    'warning',
    '2 zones of 10,000 are not served',
    'Whoever asks for them gets SERVFAIL.',
  ],
  [
    'nobody is probed',
    { targets: { ...noTargets, unprobed: 3 } },
    'unknown',
    'Questions are answered',
    'Whether calls arrive is not known: no zone has health checks of its SIP servers.',
  ],
  [
    'nothing has been heard yet',
    { targets: { ...noTargets, up: 1, trying: 3 } },
    'unknown',
    'Asking the SIP servers',
    'Of 4 targets 1 answers, 3 have not been heard yet.',
  ],
  [
    'a secondary is behind',
    { zones: { total: 2, served: 2, troubled: 1 } },
    'good',
    'Calls arrive',
    'All 4 targets of 2 services answer. The copies of 1 zone need a look.',
  ],
  [
    'the server ends',
    { isReady: false, readiness: 'not ready: the server is about to end', deadServices: ['a'] },
    'bad',
    'Calls do not arrive here',
    'Not ready: the server is about to end.',
  ],
])('%s', (_, facts, level, title, text) => {
  expect(judgeCalls({ ...healthy, ...facts })).toEqual({ level, title, text });
});
