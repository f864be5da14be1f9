/** What main is told of the workers' records. */
import { expect, test } from 'vitest';
import { NewsGatherer } from '../../../../src/control/log/worker-news.ts';
import { LogKind, LogRecord } from '../../../../src/plane/rings/log-record.ts';
import { createLogRing, LogRingReader, LogRingWriter } from '../../../../src/plane/rings/log-ring.ts';
import { Type } from '../../../../src/wire/codes.ts';
import { wireNameFrom } from '../../../../src/wire/name.ts';

const apex = wireNameFrom('a.test.');
let nowMs = 0;

/** A record of this kind, and what is said of it. */
function gather(records: readonly (readonly [kind: number, text: string])[], viewNames?: readonly string[]) {
  const ring = createLogRing(1_048_576);
  const writer = new LogRingWriter(ring);
  const record = new LogRecord();
  for (const [kind, text] of records) {
    record.kind = kind;
    record.timeMs = 7;
    record.client = Uint8Array.of(192, 0, 2, 1);
    record.clientPort = 4711;
    record.qtype = Type.axfr;
    record.qclass = 1;
    record.view = viewNames === undefined ? 0 : 1;
    record.qname = apex;
    record.qnameOctets = apex.length;
    record.text = Buffer.from(text);
    record.textOctets = text.length;
    writer.append(record);
  }
  writer.publish();
  const gatherer = new NewsGatherer(viewNames, () => nowMs);
  const read = () => new LogRingReader(ring).readStored((stored) => gatherer.take(stored));
  read();
  return gatherer;
}

const end = 'AXFR ended: 1 messages, 11 records, 414 bytes, 0.001 secs (414000 bytes/sec) (serial 4294967295)';

test('the end of a transfer, with what was fetched by whom', () => {
  const gatherer = gather([
    [LogKind.transferInfo, 'AXFR started\0 (serial 7)'],
    [LogKind.transferInfo, end],
  ]);
  expect(gatherer.flush()).toEqual([
    {
      kind: 'transfer',
      severity: 'info',
      message: `192.0.2.1#4711 (a.test): transfer of 'a.test/IN': ${end}`,
      timeMs: 7,
      fetched: { view: 0, class: 1, apex: Uint8Array.from(apex), client: '192.0.2.1', serial: 4_294_967_295 },
    },
  ]);
  expect(gatherer.flush()).toEqual([]);
});

test('IXFR, also in the style of AXFR, and who is up to date', () => {
  const gatherer = gather(
    [
      [LogKind.transferInfo, 'IXFR started\0 (serial 6 -> 7)'],
      [LogKind.transferInfo, 'IXFR ended: 1 messages (serial 7)'],
      [LogKind.transferInfo, 'AXFR-style IXFR ended: 1 messages (serial 8)'],
      [LogKind.transferDebug, 'IXFR poll up to date\0'],
      [LogKind.transferDebug, 'something else'],
    ],
    ['_default', 'inside'],
  );
  const told = gatherer.flush().map(({ severity, fetched }) => [severity, fetched?.view, fetched?.serial]);
  expect(told).toEqual([
    ['info', 1, 7],
    ['info', 1, 8],
    ['debug', 1, undefined],
  ]);
});

test('transfers that fail, and what was refused', () => {
  const gatherer = gather([
    [LogKind.transferWarning, 'AXFR request denied: quota reached'],
    [LogKind.transferError, 'send: connection reset'],
    [LogKind.transferDenied, ''],
    [LogKind.denied, ''],
    [LogKind.query, ''],
    [LogKind.response, '\0\0\0\0\0\0'],
    [LogKind.queryError, ''],
  ]);
  expect(gatherer.flush().map(({ kind, severity, message }) => [kind, severity, message])).toEqual([
    ['transfer', 'warning', "192.0.2.1#4711 (a.test): transfer of 'a.test/IN': AXFR request denied: quota reached"],
    ['transfer', 'error', "192.0.2.1#4711 (a.test): transfer of 'a.test/IN': send: connection reset"],
    ['refusal', 'error', "192.0.2.1#4711 (a.test): zone transfer 'a.test/AXFR/IN' denied"],
    ['refusal', 'info', "192.0.2.1#4711 (a.test): query 'a.test/AXFR/IN' denied"],
  ]);
});

test('a flood of refusals is told of in part, and hides no transfer', () => {
  nowMs = 0;
  const flood = Array.from({ length: 500 }, () => [LogKind.denied, ''] as const);
  const gatherer = gather([...flood, [LogKind.transferInfo, end]]);
  const news = gatherer.flush();
  expect(news.map(({ kind }) => kind)).toEqual([...Array.from({ length: 20 }, () => 'refusal'), 'transfer']);
});

test('one message has so many', () => {
  expect(gather(Array.from({ length: 3000 }, () => [LogKind.transferInfo, end] as const)).flush()).toHaveLength(1000);
});
