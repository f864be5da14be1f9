import { publishReceived } from '../../../src/control/secondary/publish-received.ts';
import { ReceivedZone } from '../../../src/control/secondary/received-zone.ts';
import type { TransferOpen } from '../../../src/control/secondary/transfer-messages.ts';
import { verifierOf } from '../../../src/control/secondary/tsig-verifier.ts';
import { readCatalog } from '../../../src/transfer/catalog/read-catalog.ts';
import { IncomingTransfer } from '../../../src/transfer/in/incoming-transfer.ts';
import { TsigClient } from '../../../src/tsig/tsig-client.ts';
import type { TsigKey } from '../../../src/tsig/tsig-key.ts';
import { TsigStreamSigner } from '../../../src/tsig/tsig-stream-signer.ts';
import { verifyRequest } from '../../../src/tsig/verify-request.ts';
import { Request } from '../../../src/wire/request.ts';
import { MemoryWriter } from '../../unit/control/secondary/memory-writer.ts';
import { apex, messages, streamOf } from '../../unit/transfer/in/fixtures.ts';
import { readHex } from '../corpus/read-corpus.ts';
import { concat, mutateBehind } from '../engine/mutate-octets.ts';
import { uncounted } from '../engine/steps.ts';
import { linear, must, type Target } from '../engine/target.ts';
import { keys, nowSeconds } from './answer-world.ts';
import { framed, framesOf, mutateFrames } from './frames.ts';

const names = [
  'axfr',
  'axfrInMany',
  'ixfr',
  'ixfrInMany',
  'ixfrWhole',
  'ixfrCurrent',
  'ixfrNewer',
  'refused',
  'empty',
  'serial5',
];
const bounds = { records: 500, octets: 100_000 };
const [key] = keys;

/**
 * Transfers in: from a stream's octets to a published zone, over a zone of serial 5. The first octet: bit 0 an IXFR, bit 1 signed with a
 * good key (whatever the messages became), bits 2 to 7 octets of a chunk, 0 for all at once.
 */
export function createTransferTarget(): Target {
  const writer = new MemoryWriter(apex);
  const base = streamOf(messages('serial5'));
  const streams = [
    ...names.map((name) => streamOf(messages(name))),
    ...readHex('transfers.txt').map((message) => framed([message])),
  ];
  return {
    corpus: streams.flatMap((stream) => [0, 1, 2, 3, 5, 20].map((how) => concat(Uint8Array.of(how), stream))),
    mutate: mutateBehind(1, mutateFrames),
    maxOctets: 6000,
    // Names in data are whole in the zone, however short they are in the message; deep ones are a node for each label, to be put in order.
    allowedSteps: linear(10_000, 1500),
    expected: ['zone', 'deltas', 'upToDate', 'failed'],
    async run(input) {
      await reset(writer, base);
      const [how = 0] = input;
      const isDifferences = (how & 1) !== 0;
      const client = (how & 2) !== 0 ? new TsigClient(key as TsigKey) : undefined;
      const received = new ReceivedZone(writer.store, writer.zone.id, bounds.octets);
      const question = { apex, zoneClass: 1, id: 0x1234, fromSerial: isDifferences ? 5 : undefined };
      const verifier = client === undefined ? undefined : verifierOf(client, () => nowSeconds);
      const transfer = new IncomingTransfer(question, bounds, verifier, received);
      const stream =
        client === undefined ? input.subarray(1) : uncounted(() => signedStream(client, input.subarray(1)));
      try {
        pushAll(transfer, stream, how >> 2);
      } catch (error) {
        // ReceivedZone says so, and its caller takes it for a problem.
        if (!(error instanceof RangeError) || !error.message.startsWith('differences are larger')) throw error;
        received.discard();
        return 'too large';
      }
      transfer.end('end of file');
      must(transfer.isDone === (transfer.problem === undefined), 'it is done or has a problem');
      must(transfer.sequence.count <= bounds.records + 1, 'no more records than allowed are taken');
      if (transfer.problem !== undefined) {
        must(transfer.problem.text !== '', 'a problem has a text');
        received.discard();
        return 'failed';
      }
      return await publish(writer, transfer, received);
    },
  };
}

function pushAll(transfer: IncomingTransfer, stream: Uint8Array, chunkOctets: number): void {
  const step = chunkOctets === 0 ? stream.length : chunkOctets;
  for (let at = 0; at < stream.length; at += step) {
    // The receive buffer is used again for the next chunk.
    const chunk = stream.slice(at, at + step);
    transfer.push(chunk);
    chunk.fill(0xdd);
  }
}

async function publish(writer: MemoryWriter, transfer: IncomingTransfer, received: ReceivedZone): Promise<string> {
  const { form, serial } = transfer.sequence;
  if (form === 'upToDate') return form;
  const open: TransferOpen = {
    kind: 'transfer-open',
    transfer: 1,
    zone: writer.zone.id,
    whole: form === 'zone',
    key: undefined,
    bounds,
  };
  const outcome = await publishReceived(writer, open, transfer, received);
  if ('text' in outcome) {
    must(outcome.text !== '', 'a problem has a text');
    received.discard();
    return 'unfit';
  }
  const { store } = writer;
  store.reader.renew();
  const version = store.currentVersion(writer.zone.number);
  must(store.reader.versionSerial(version) === serial, 'the zone has the serial that was told first');
  // Any zone may be a catalog.
  const catalog = readCatalog(store.reader, version);
  must(catalog.kind === 'good' || catalog.problem !== '', 'a catalog is good, or has a problem');
  return form;
}

/** Serial 5 again. */
async function reset(writer: MemoryWriter, base: Uint8Array): Promise<void> {
  if (writer.zone.serial === 5) return;
  const received = new ReceivedZone(writer.store, writer.zone.id, Number.POSITIVE_INFINITY);
  const question = { apex, zoneClass: 1, id: 0x1234, fromSerial: undefined };
  const everything = { records: Number.POSITIVE_INFINITY, octets: Number.POSITIVE_INFINITY };
  const transfer = new IncomingTransfer(question, everything, undefined, received);
  transfer.push(base);
  await writer.replace(writer.zone, received.finishZone().built);
  writer.store.reclaim();
  writer.done.length = 0;
}

/** What a primary makes of these messages that has the key. */
function signedStream(client: TsigClient, stream: Uint8Array): Uint8Array {
  const question = Uint8Array.of(0x12, 0x34, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, ...apex, 0, 252, 0, 1);
  const out = new Uint8Array(question.length + client.reserveOctets);
  out.set(question);
  const octets = client.signRequest(out, 0, question.length, nowSeconds);
  const request = new Request();
  request.parse(out, 0, octets);
  const verdict = verifyRequest(keys, out, 0, octets, request.tsigOffset, nowSeconds);
  if (verdict.status !== 'ok') throw new Error('our own signature is wrong');
  const signer = new TsigStreamSigner(verdict);
  return framed(
    framesOf(stream).map((message) => {
      if (message.length < 12 || message.length > 60_000) return message;
      const room = new Uint8Array(message.length + signer.reserveOctets);
      room.set(message);
      return room.slice(0, signer.sign(room, 0, message.length, nowSeconds));
    }),
  );
}
