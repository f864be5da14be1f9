/** What is told of transfers, in BIND's words, through the worker's log ring. */
import { LogFlag, type LogKind, LogRecord } from '../plane/rings/log-record.ts';
import type { LogRingWriter } from '../plane/rings/log-ring.ts';
import { Type } from '../wire/codes.ts';
import type { TransferQuestion } from './transfer-question.ts';

/** Where the key's name is to stand, with ` TSIG` before it, if there is one. */
export const keyMark = '\0';

const maxTextOctets = 255;
const noName = new Uint8Array(0);

export type TransferLogKind =
  | typeof LogKind.transferDebug
  | typeof LogKind.transferInfo
  | typeof LogKind.transferWarning
  | typeof LogKind.transferError
  | typeof LogKind.transferMalformed;

export class TransferLog {
  private readonly ring: LogRingWriter;
  private readonly isRead: () => boolean;
  private readonly record = new LogRecord();
  private readonly encoder = new TextEncoder();

  /** `isRead`: whether somebody reads the ring. */
  constructor(ring: LogRingWriter, isRead: () => boolean) {
    this.ring = ring;
    this.isRead = isRead;
  }

  /** Log `transfer of 'zone/class': text`. */
  tell(question: TransferQuestion, kind: TransferLogKind, text: string): void {
    if (!this.isRead()) return;
    const { record } = this;
    const { client, verdict, qname } = question;
    const octets = this.encoder.encode(text).subarray(0, maxTextOctets);
    record.kind = kind;
    record.timeMs = Date.now();
    record.family = client.family;
    record.client = client.address;
    record.clientPort = client.port;
    record.flags = LogFlag.tcp;
    record.qtype = question.isIxfr ? Type.ixfr : Type.axfr;
    record.qclass = question.class;
    record.view = question.view;
    record.qname = qname;
    record.qnameOctets = qname.length;
    record.keyName = verdict?.record.keyName ?? noName;
    record.keyNameOctets = record.keyName.length;
    record.text = octets;
    record.textOctets = octets.length;
    this.ring.append(record);
    this.ring.publish();
  }
}
