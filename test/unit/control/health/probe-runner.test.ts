import { expect, test } from 'vitest';
import { Endpoint } from '../../../../src/control/health/endpoint.ts';
import { defaultHealthSettings } from '../../../../src/control/health/health-plan.ts';
import type { ProbeOutcome } from '../../../../src/control/health/outcome.ts';
import { ProbeRunner } from '../../../../src/control/health/probe-runner.ts';
import { Timeline } from '../../../../src/control/health/timeline.ts';
import { alive } from './fake-world.ts';

test('a probe that fails as it is made is made again', () => {
  let nowMs = 0;
  let started = 0;
  const timeline = new Timeline(
    () => nowMs,
    () => undefined,
  );
  const noDescriptor: ProbeOutcome = { kind: 'none', reason: "this server's fault: EMFILE" };
  const runner = new ProbeRunner(
    {
      timeline,
      random: () => 0.5,
      judged: () => undefined,
      start: (_, done) => {
        started++;
        if (started === 1) done(noDescriptor);
        else timeline.after(1, () => done(alive));
        return { stop: () => undefined };
      },
    },
    100,
  );
  const task = { address: '192.0.2.1', port: 5060, transport: 'udp', serverName: 'a', settings: defaultHealthSettings };
  const endpoint = new Endpoint('k', task as Endpoint['task'], 0);
  runner.begin(endpoint);
  expect(runner.underWay).toBe(0);
  for (; nowMs < 10_000; nowMs += 10) timeline.run();
  expect(started).toBeGreaterThan(1);
  expect(runner.counts).toMatchObject({ void: 1, alive: started - 1 });
  runner.remove(endpoint);
  expect(runner.underWay).toBe(0);
});
