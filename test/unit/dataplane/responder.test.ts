import { describe, expect, it } from 'vitest';
import { Outcome, Transport } from '../../../src/answer/answerer.ts';
import { FaultReporter } from '../../../src/dataplane/fault-reporter.ts';
import { type QuestionAnswerer, Responder } from '../../../src/dataplane/responder.ts';
import { CounterBlock, createCounters, sumCounters } from '../../../src/plane/counters.ts';
import { createLogRing, LogRingWriter } from '../../../src/plane/log-ring.ts';
import type { FromWorker } from '../../../src/plane/messages.ts';
import { Rcode } from '../../../src/wire/codes.ts';
import { Request } from '../../../src/wire/request.ts';
import { question, settings } from './worker-under-test.ts';

/** Flags and counts of a response's header as the answer algorithm would write them. */
interface Scripted {
  readonly rcode?: number;
  readonly outcome?: number;
  readonly authoritative?: boolean;
  readonly answers?: number;
  readonly authorities?: number;
  readonly truncated?: boolean;
}

class ScriptedAnswerer implements QuestionAnswerer {
  readonly request = new Request();
  outcome: number;
  rcode: number;
  zoneNumber = -1;
  truncated: boolean;
  readonly verdict = undefined;
  nowSeconds = 0;
  private readonly script: Scripted;

  constructor(script: Scripted) {
    this.script = script;
    this.outcome = script.outcome ?? Outcome.answered;
    this.rcode = script.rcode ?? 0;
    this.truncated = script.truncated ?? false;
  }

  answer(...[message, at, octets, , , response, to]: Parameters<QuestionAnswerer['answer']>): number {
    this.request.parse(message, at, octets);
    const { authoritative = true, answers = 0, authorities = 0 } = this.script;
    response.set([0, 0, authoritative ? 0x84 : 0x80, this.rcode, 0, 1, 0, answers, 0, authorities, 0, 0], to);
    return 12;
  }
}

function countsOf(script: Scripted): Record<string, number> {
  const counters = createCounters(1);
  const faults = new FaultReporter(() => undefined);
  const log = new LogRingWriter(createLogRing(4096));
  const responder = new Responder(
    () => new ScriptedAnswerer(script),
    settings,
    new CounterBlock(counters, 0),
    log,
    faults,
  );
  const message = question(1, 'a.example');
  responder.respond(message, 0, message.length, 6, Transport.udp, new Uint8Array(4096), 100);
  const { named } = sumCounters(counters);
  return Object.fromEntries(Object.entries(named).filter(([, count]) => count !== 0));
}

describe('what an answer counts as', () => {
  const always = { Requestv6: 1, QryUDP: 1, Response: 1 };

  it.each<[string, Scripted, Record<string, number>]>([
    ['an answer', { answers: 3 }, { QrySuccess: 1, QryAuthAns: 1 }],
    ['an answer without AA', { answers: 1, authoritative: false }, { QrySuccess: 1, QryNoauthAns: 1 }],
    ['a referral', { authorities: 2, authoritative: false }, { QryReferral: 1 }],
    ['no data', { authorities: 1 }, { QryNxrrset: 1 }],
    ['a name error', { rcode: Rcode.nxDomain, authorities: 1 }, { QryNXDOMAIN: 1 }],
    ['a truncated answer', { answers: 1, truncated: true }, { QrySuccess: 1, QryAuthAns: 1, TruncatedResp: 1 }],
    ['a zone not loaded', { rcode: Rcode.servFail, outcome: Outcome.zoneNotLoaded }, { QrySERVFAIL: 1 }],
    ['refused', { rcode: Rcode.refused, outcome: Outcome.refused }, { QryFailure: 1 }],
    ['malformed', { rcode: Rcode.formErr, outcome: Outcome.formErr }, { QryFORMERR: 1, malformed: 1 }],
  ])('%s', (_name, script, counts) => {
    expect(countsOf(script)).toEqual({ ...always, ...counts });
  });
});

describe('the fault reporter', () => {
  it('tells of the first at once and then of all in between, every ten seconds', () => {
    const posted: FromWorker[] = [];
    let nowMs = 5;
    const faults = new FaultReporter(
      (message) => posted.push(message),
      () => nowMs,
    );
    for (let i = 0; i < 100; i++) faults.report(new Error(`bug ${i}`));
    nowMs += 9_999;
    faults.report('one more');
    expect(posted).toHaveLength(1);
    nowMs += 1;
    faults.report('last');
    expect(posted).toEqual([
      { kind: 'fault', count: 1, message: expect.stringContaining('bug 0') },
      { kind: 'fault', count: 101, message: 'last' },
    ]);
  });
});
