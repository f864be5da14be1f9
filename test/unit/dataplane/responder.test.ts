import { describe, expect, it } from 'vitest';
import { Outcome, Transport } from '../../../src/answer/outcome.ts';
import { FaultReporter } from '../../../src/dataplane/fault-reporter.ts';
import { type QuestionAnswerer, Responder } from '../../../src/dataplane/responder.ts';
import { CounterBlock, createCounters, sumCounters } from '../../../src/plane/counters.ts';
import type { FromWorker } from '../../../src/plane/messages.ts';
import { LogKind, type QueryLogEntry } from '../../../src/plane/rings/log-record.ts';
import { createLogRing, LogRingReader, LogRingWriter } from '../../../src/plane/rings/log-ring.ts';
import { Rcode, Type } from '../../../src/wire/codes.ts';
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
  view = 0;
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

  apply(): void {}

  answer(...[message, at, octets, , , response, to]: Parameters<QuestionAnswerer['answer']>): number {
    this.request.parse(message, at, octets);
    const { authoritative = true, answers = 0, authorities = 0 } = this.script;
    const flags = (authoritative ? 0x84 : 0x80) | (this.truncated ? 2 : 0);
    response.set([0, 0, flags, this.rcode, 0, 1, 0, answers, 0, authorities, 0, 0], to);
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
  const always = { Requestv6: 1, Response: 1 };
  const authoritative = { QryUDP: 1, QryAuthAns: 1 };
  const other = { QryUDP: 1, QryNoauthAns: 1 };

  it.each<[string, Scripted, Record<string, number>]>([
    ['an answer', { answers: 3 }, { ...authoritative, QrySuccess: 1 }],
    ['an answer without AA', { answers: 1, authoritative: false }, { ...other, QrySuccess: 1 }],
    ['a referral', { authorities: 2, authoritative: false }, { ...other, QryReferral: 1 }],
    ['no data', { authorities: 1 }, { ...authoritative, QryNxrrset: 1 }],
    ['a name error', { rcode: Rcode.nxDomain, authorities: 1 }, { ...authoritative, QryNXDOMAIN: 1 }],
    ['a truncated answer', { answers: 1, truncated: true }, { ...authoritative, QrySuccess: 1, TruncatedResp: 1 }],
    ['an answer of TC alone', { truncated: true }, { ...authoritative, QrySuccess: 1, TruncatedResp: 1 }],
    ['a zone not loaded', { rcode: Rcode.servFail, outcome: Outcome.zoneNotLoaded }, { QrySERVFAIL: 1 }],
    ['refused', { rcode: Rcode.refused, outcome: Outcome.refused }, { QryFailure: 1, RecQryRej: 1 }],
    ['denied', { rcode: Rcode.refused, outcome: Outcome.denied }, { QryFailure: 1, RecQryRej: 1 }],
    ['no view', { rcode: Rcode.refused, outcome: Outcome.noView }, {}],
    ['malformed', { rcode: Rcode.formErr, outcome: Outcome.formErr }, { malformed: 1 }],
    ['BADVERS', { rcode: Rcode.badVers, outcome: Outcome.badVers }, { ReqBadEDNSVer: 1 }],
    ['a wrong signature', { rcode: Rcode.notAuth, outcome: Outcome.badSignature }, { ReqBadSIG: 1 }],
  ])('%s', (_name, script, counts) => {
    expect(countsOf(script)).toEqual({ ...always, ...counts });
  });
});

describe('what is logged of a message', () => {
  /** Kinds in their order, of a question for `type` that fares so. */
  function kindsOf(
    script: Scripted,
    type: number,
    switches: Partial<Pick<Responder, 'logging' | 'loggingResponses' | 'loggingErrors'>>,
  ) {
    const ring = createLogRing(4096);
    const faults = new FaultReporter(() => undefined);
    const block = new CounterBlock(createCounters(1), 0);
    const log = new LogRingWriter(ring);
    const responder = new Responder(() => new ScriptedAnswerer(script), settings, block, log, faults);
    Object.assign(responder, { loggingSecurity: true, ...switches });
    const message = question(1, 'a.example');
    message[message.length - 3] = type;
    responder.respond(message, 0, message.length, 4, Transport.udp, new Uint8Array(4096), 100);
    responder.publishLog();
    const entries: QueryLogEntry[] = [];
    new LogRingReader(ring).read((entry) => entries.push(entry));
    return entries;
  }
  const both = { logging: true, loggingResponses: true };
  const { query, queryError, denied, response, transferMalformed } = LogKind;
  const refused = { rcode: Rcode.refused };
  const badTransfer = { rcode: Rcode.formErr, outcome: Outcome.badTransfer };

  it.each<[string, Scripted, number, Parameters<typeof kindsOf>[2], readonly number[]]>([
    ['an answer', { answers: 1 }, Type.a, both, [query, response]],
    ['an answer, responses alone', { answers: 1 }, Type.a, { loggingResponses: true }, [response]],
    ['an answer, nothing', { answers: 1 }, Type.a, {}, []],
    ['what is denied', { ...refused, outcome: Outcome.denied }, Type.a, both, [query, denied, queryError, response]],
    ['what is denied, nothing else', { ...refused, outcome: Outcome.denied }, Type.a, {}, [denied]],
    ['an error, for who debugs', refused, Type.a, { loggingErrors: true }, [LogKind.queryErrorTrace]],
    ['a failure, for who debugs', { rcode: 2 }, Type.a, { loggingErrors: true }, [LogKind.queryErrorDebug]],
    ['an error, for all', refused, Type.a, { logging: true, loggingErrors: true }, [query, queryError]],
    ['an answer, for who debugs', { answers: 1 }, Type.a, { loggingErrors: true }, []],
    ['AXFR over UDP', badTransfer, Type.axfr, both, [query, transferMalformed]],
    ['AXFR over UDP, nothing else', badTransfer, Type.axfr, {}, [transferMalformed]],
    ['FORMERR by its type', { rcode: 1, outcome: Outcome.formErr }, Type.tkey, both, [query, queryError, response]],
    ['what could not be parsed', { rcode: 1, outcome: Outcome.formErr }, Type.axfr, both, []],
  ])('%s', (_, script, type, switches, kinds) => {
    expect(kindsOf(script, type, switches).map(({ kind }) => kind)).toEqual(kinds);
  });

  it('has the counts of the response, and only there', () => {
    const entries = kindsOf({ answers: 3, authorities: 2 }, Type.a, both);
    expect(entries.map(({ text }) => [...text])).toEqual([[], [0, 3, 0, 2, 0, 0]]);
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
