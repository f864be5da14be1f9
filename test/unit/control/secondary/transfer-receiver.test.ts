import { describe, expect, it } from 'vitest';
import type { TransferCommand, TransferReport } from '../../../../src/control/secondary/transfer-messages.ts';
import { TransferReceiver } from '../../../../src/control/secondary/transfer-receiver.ts';
import { createTsigKey } from '../../../../src/tsig/tsig-key.ts';
import { wireNameFrom } from '../../../../src/wire/name.ts';
import { apex, messages, streamOf } from '../../transfer/in/fixtures.ts';
import { MemoryWriter } from './memory-writer.ts';

class Loader {
  readonly writer = new MemoryWriter(apex);
  readonly reports: TransferReport[] = [];
  private readonly receiver = new TransferReceiver(
    this.writer,
    (report) => this.reports.push(report),
    () => 1_000_000,
  );
  private next = 1;

  /** One transfer that is answered with these messages; gives its outcome. */
  async transfer(
    all: readonly Uint8Array[],
    options: Partial<Extract<TransferCommand, { kind: 'transfer-open' }>> = {},
  ) {
    const transfer = this.next++;
    const bounds = { records: Number.POSITIVE_INFINITY, octets: Number.POSITIVE_INFINITY };
    const { id } = this.writer.zone;
    this.receiver.receive({
      kind: 'transfer-open',
      transfer,
      zone: id,
      whole: false,
      key: undefined,
      bounds,
      ...options,
    });
    const request = this.reports.at(-1);
    if (request?.kind !== 'transfer-request') throw new Error('no request');
    const answered = all.map((message) => Uint8Array.of(...request.octets.subarray(2, 4), ...message.subarray(2)));
    this.receiver.receive({ kind: 'transfer-chunk', transfer, octets: streamOf(answered) });
    this.receiver.receive({ kind: 'transfer-end', transfer, reason: 'end of file' });
    await new Promise((resolve) => setImmediate(resolve));
    const last = this.reports.at(-1);
    if (last?.kind !== 'transfer-outcome') throw new Error('no outcome');
    return { request: request.octets, outcome: last.outcome };
  }

  receive(command: TransferCommand): void {
    this.receiver.receive(command);
  }
}

/** Serial 5 of the zone, from which the fixture's differences lead to 7. */
async function loaderWithSerial5(): Promise<Loader> {
  const loader = new Loader();
  await loader.transfer(messages('serial5'));
  return loader;
}

describe('a transfer on the loader thread', () => {
  it('asks for the whole zone where there is none, and publishes it', async () => {
    const loader = new Loader();
    const { request, outcome } = await loader.transfer(messages('axfr'));
    expect([...request.subarray(0, 2)]).toEqual([0, request.length - 2]);
    // The question: example. AXFR IN, and nothing behind it.
    expect(Buffer.from(request.subarray(4)).toString('hex')).toBe(
      '00000001000000000000' + '076578616d706c6500' + '00fc0001',
    );
    expect(outcome).toMatchObject({
      result: 'done',
      form: 'zone',
      serial: 7,
      records: 14,
      messages: 1,
      outsideRecords: 0,
      soa: { refreshSeconds: 7200, retrySeconds: 900, expireSeconds: 604_800 },
    });
    expect(loader.writer.done).toEqual(['replace']);
    expect(loader.writer.records()).toHaveLength(13);
  });

  it('asks for the differences from the serial that is served, and commits each of them', async () => {
    const loader = await loaderWithSerial5();
    const { request, outcome } = await loader.transfer(messages('ixfr'));
    // RFC 1995 §3: the SOA with our serial in the authority section.
    expect(Buffer.from(request.subarray(14)).toString('hex')).toBe(
      `076578616d706c650000fb0001c00c00060001000000000016000000000005${'00'.repeat(16)}`,
    );
    expect(outcome).toMatchObject({ result: 'done', form: 'deltas', serial: 7 });
    expect(loader.writer.done).toEqual(['replace', 'commit 5-6 6-7']);
    expect(loader.writer.records()).toEqual([
      'example. 3600 NS ns1.example.',
      'example. 3600 SOA ns1.example. hostmaster.example. 7 7200 900 604800 300',
      'newer.example. 300 A 192.0.2.11',
      'newer.example. 300 A 192.0.2.12',
      'ns1.example. 300 A 192.0.2.1',
    ]);
  });

  it('takes a whole zone for an answer to that, and nothing new', async () => {
    const loader = await loaderWithSerial5();
    expect((await loader.transfer(messages('ixfrCurrent'))).outcome).toMatchObject({
      result: 'done',
      form: 'upToDate',
    });
    expect((await loader.transfer(messages('ixfrWhole'))).outcome).toMatchObject({ result: 'done', form: 'zone' });
    expect(loader.writer.done).toEqual(['replace', 'replace']);
  });

  it('takes differences that add what is there', async () => {
    const loader = await loaderWithSerial5();
    expect((await loader.transfer(messages('ixfrPresent'))).outcome).toMatchObject({ result: 'done', form: 'deltas' });
    expect(loader.writer.records()).toContain('gone.example. 300 A 192.0.2.9');
    expect(loader.writer.records()).toHaveLength(4);
  });

  it('asks for the whole zone when told so', async () => {
    const loader = await loaderWithSerial5();
    const { outcome } = await loader.transfer(messages('axfr'), { whole: true });
    expect(outcome).toMatchObject({ result: 'done', form: 'zone' });
  });

  it('signs its request', async () => {
    const key = createTsigKey(wireNameFrom('key.'), 'hmac-sha256', new Uint8Array(32));
    const { request, outcome } = await new Loader().transfer(messages('axfr'), { key });
    expect(request[2 + 11]).toBe(1);
    expect(outcome).toMatchObject({ result: 'failed', reason: 'TSIG: the answer is not signed' });
  });
});

describe('what is not published', () => {
  it.each([
    [
      'differences that remove what is not there',
      'ixfrAbsent',
      /^not exact: other.example. is not as the primary thinks$/,
      'axfr',
    ],
    [
      'differences that put a CNAME beside other data',
      'ixfrCnameAndMore',
      /^CNAME and other data at gone.example.$/,
      'axfr',
    ],
    ['differences that leave no NS', 'ixfrNoNs', /^has no NS records$/, 'axfr'],
    ['an error', 'refused', /^REFUSED$/, 'axfr'],
  ])('%s', async (_, name, reason, next) => {
    const loader = await loaderWithSerial5();
    const before = loader.writer.records();
    const used = loader.writer.store.usedOctets;
    const { outcome } = await loader.transfer(messages(name));
    expect(outcome).toMatchObject({ result: 'failed', reason: expect.stringMatching(reason), next });
    expect(loader.writer.records()).toEqual(before);
    expect(loader.writer.store.usedOctets).toBe(used);
  });

  it.each([
    ['a zone without NS', 'zoneNoNs', 'has no NS records'],
    ['a CNAME beside other data', 'zoneCnameAndMore', 'CNAME and other data at WwW.example.'],
    ['two CNAMEs of one owner', 'zoneTwoCnames', 'multiple RRs of singleton type at WwW.example.'],
    ['a zone cut short', 'axfrHalf', 'end of file'],
    ['a zone with another SOA at its end', 'otherEnd', 'FORMERR: start and ending SOA records mismatch'],
  ])('%s', async (_, name, reason) => {
    const loader = await loaderWithSerial5();
    const before = loader.writer.records();
    const used = loader.writer.store.usedOctets;
    const { outcome } = await loader.transfer(messages(name), { whole: true });
    expect(outcome).toMatchObject({ result: 'failed', reason, next: 'other' });
    expect(loader.writer.records()).toEqual(before);
    expect(loader.writer.store.usedOctets).toBe(used);
  });

  it('more records than the zone may have, also by differences', async () => {
    const loader = await loaderWithSerial5();
    const bounds = { records: 4, octets: Number.POSITIVE_INFINITY };
    const { outcome } = await loader.transfer(messages('ixfr'), { bounds });
    expect(outcome).toMatchObject({ result: 'failed', reason: 'too many records' });
  });

  it('differences that are longer than a transfer may be once they are not compressed any more', async () => {
    const loader = await loaderWithSerial5();
    const octets = streamOf(messages('ixfr')).length;
    const bounds = { records: Number.POSITIVE_INFINITY, octets };
    const { outcome } = await loader.transfer(messages('ixfr'), { bounds });
    expect(outcome).toMatchObject({ result: 'failed', reason: 'differences are larger than max-transfer-size' });
  });

  it('what cannot be kept', async () => {
    const loader = await loaderWithSerial5();
    loader.writer.failure = new Error('ENOSPC: no space left on device');
    const { outcome } = await loader.transfer(messages('ixfr'));
    expect(outcome).toMatchObject({ result: 'failed', reason: 'ENOSPC: no space left on device', next: 'other' });
  });

  it('a zone that goes while it waits for its turn: nothing of what came stays', async () => {
    const loader = await loaderWithSerial5();
    const { store } = loader.writer;
    const before = store.usedOctets - store.freeOctets;
    loader.writer.inTurn = () => Promise.reject(new Error('zone example/IN has gone'));
    const { outcome } = await loader.transfer(messages('axfr'), { whole: true });
    expect(outcome).toMatchObject({ result: 'failed', reason: 'zone example/IN has gone' });
    expect(store.usedOctets - store.freeOctets).toBe(before);
  });

  it('a zone that is a primary by now', async () => {
    const loader = await loaderWithSerial5();
    loader.writer.zone.config = { ...loader.writer.zone.config, type: 'primary' };
    expect((await loader.transfer(messages('ixfr'))).outcome).toMatchObject({ result: 'failed' });
    expect(loader.writer.done).toEqual(['replace']);
  });
});

it('tells the writer what main says of copies', () => {
  const loader = new Loader();
  const { id: zone } = loader.writer.zone;
  loader.receive({ kind: 'refreshed', zone, timers: { refreshedAt: 1, expiresAt: 2, primary: '192.0.2.1#53' } });
  loader.receive({ kind: 'expire', zone });
  expect(loader.writer.done).toEqual(['refreshed 192.0.2.1#53', 'expire']);
});
