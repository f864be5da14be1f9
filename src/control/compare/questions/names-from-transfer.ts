/** The names of a zone out of a transfer (AXFR, RFC 5936), where the server allows it to this host without a key. */
import { connect } from 'node:net';
import { putU16 } from '../../../base/octets.ts';
import { err, ok, type Result } from '../../../base/result.ts';
import type { ListenAddress } from '../../../plane/messages.ts';
import { IncomingTransfer } from '../../../transfer/in/incoming-transfer.ts';
import {
  maxQuestionOctets,
  type TransferQuestion,
  writeTransferQuestion,
} from '../../../transfer/in/transfer-question.ts';
import type { WireName } from '../../../wire/name.ts';
import { ZoneNames } from './zone-names.ts';

/** Without an octet for so long it is given up. */
const idleMs = 10_000;
const bounds = { records: 20_000_000, octets: Number.POSITIVE_INFINITY };

export function transferNames(
  { address, port }: ListenAddress,
  apex: WireName,
  zoneClass: number,
  note: (records: number) => void = () => undefined,
): Promise<Result<ZoneNames, string>> {
  const names = new ZoneNames(apex);
  const question: TransferQuestion = { apex, zoneClass, id: Math.floor(Math.random() * 65_536), fromSerial: undefined };
  const sink = {
    startZone: () => undefined,
    startDelta: () => undefined,
    addRecord: (record: Parameters<ZoneNames['addRecord']>[0]) => names.addRecord(record),
    removeRecord: () => undefined,
  };
  const transfer = new IncomingTransfer(question, bounds, undefined, sink);
  return new Promise((resolve) => {
    const socket = connect({ host: address, port, noDelay: true });
    const finish = (reason: string): void => {
      transfer.end(reason);
      socket.destroy();
      resolve(transfer.isDone ? ok(names) : err(transfer.problem?.text ?? reason));
    };
    socket.setTimeout(idleMs, () => finish('no answer'));
    socket.on('error', (error) => finish(error.message));
    socket.on('close', () => finish('connection closed'));
    socket.on('data', (chunk) => {
      transfer.push(chunk);
      note(names.records);
      if (transfer.isDone || transfer.problem !== undefined) finish('');
    });
    socket.write(framed(question));
  });
}

function framed(question: TransferQuestion): Buffer {
  const out = Buffer.alloc(2 + maxQuestionOctets);
  const octets = writeTransferQuestion(question, out, 2);
  putU16(out, 0, octets);
  return out.subarray(0, 2 + octets);
}
