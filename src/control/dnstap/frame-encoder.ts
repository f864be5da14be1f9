/** Data frames of dnstap (https://dnstap.info): each a message `Dnstap` of dnstap.proto. */
import { PbfWriter } from 'pbf';
import { putU32 } from '../../base/octets.ts';
import { type StoredTap, TapType } from '../../plane/rings/tap-record.ts';
import type { DnstapConfig } from './dnstap-config.ts';

/** Dnstap: the numbers of its fields, and its one type. */
const Field = { identity: 1, version: 2, message: 14, type: 15 } as const;
const typeMessage = 1;

/** Message: the numbers of its fields. */
const MessageField = {
  type: 1,
  socketFamily: 2,
  socketProtocol: 3,
  queryAddress: 4,
  responseAddress: 5,
  queryPort: 6,
  responsePort: 7,
  queryTimeSeconds: 8,
  queryTimeNanoseconds: 9,
  queryMessage: 10,
  queryZone: 11,
  responseTimeSeconds: 12,
  responseTimeNanoseconds: 13,
  responseMessage: 14,
} as const;
const SocketFamily = { inet: 1, inet6: 2 } as const;

const firstOctets = 262_144;

/** Collects data frames until they are taken. */
export class FrameEncoder {
  private readonly pbf = new PbfWriter(new Uint8Array(firstOctets));
  private readonly identity: Uint8Array | undefined;
  private readonly version: Uint8Array | undefined;
  /** Frames put in since the last `clear`. */
  count = 0;

  constructor({ identity, version }: Pick<DnstapConfig, 'identity' | 'version'>) {
    this.identity = identity === undefined ? undefined : new TextEncoder().encode(identity);
    this.version = version === undefined ? undefined : new TextEncoder().encode(version);
  }

  /** The frames; they hold until the next `put`. */
  get frames(): Uint8Array {
    return this.pbf.buf.subarray(0, this.pbf.pos);
  }

  get octets(): number {
    return this.pbf.pos;
  }

  clear(): void {
    this.pbf.pos = 0;
    this.count = 0;
  }

  put(record: StoredTap): void {
    const { pbf } = this;
    const at = pbf.pos;
    pbf.realloc(4);
    pbf.pos += 4;
    if (this.identity !== undefined) pbf.writeBytesField(Field.identity, this.identity);
    if (this.version !== undefined) pbf.writeBytesField(Field.version, this.version);
    pbf.writeMessage(Field.message, writeMessage, record);
    pbf.writeVarintField(Field.type, typeMessage);
    putU32(pbf.buf, at, pbf.pos - at - 4);
    this.count++;
  }
}

function writeMessage(record: StoredTap, pbf: PbfWriter): void {
  const { octets, type, family } = record;
  const addressOctets = family === 4 ? 4 : 16;
  const isQuery = type === TapType.authQuery || type === TapType.updateQuery;
  pbf.writeVarintField(MessageField.type, type);
  pbf.writeVarintField(MessageField.socketFamily, family === 4 ? SocketFamily.inet : SocketFamily.inet6);
  pbf.writeVarintField(MessageField.socketProtocol, record.protocol);
  writeOctets(pbf, MessageField.queryAddress, octets, record.clientOffset, addressOctets);
  writeOctets(pbf, MessageField.responseAddress, octets, record.localOffset, addressOctets);
  pbf.writeVarintField(MessageField.queryPort, record.clientPort);
  pbf.writeVarintField(MessageField.responsePort, record.localPort);
  const seconds = Math.floor(record.timeMs / 1000);
  const nanoseconds = Math.round((record.timeMs - seconds * 1000) * 1_000_000);
  if (isQuery) {
    pbf.writeVarintField(MessageField.queryTimeSeconds, seconds);
    pbf.writeFixed32Field(MessageField.queryTimeNanoseconds, nanoseconds);
    writeOctets(pbf, MessageField.queryMessage, octets, record.messageOffset, record.messageOctets);
  }
  if (record.apexOctets > 0) {
    writeOctets(pbf, MessageField.queryZone, octets, record.apexOffset, record.apexOctets);
  }
  if (isQuery) return;
  pbf.writeVarintField(MessageField.responseTimeSeconds, seconds);
  pbf.writeFixed32Field(MessageField.responseTimeNanoseconds, nanoseconds);
  writeOctets(pbf, MessageField.responseMessage, octets, record.messageOffset, record.messageOctets);
}

function writeOctets(pbf: PbfWriter, field: number, octets: Uint8Array, offset: number, length: number): void {
  pbf.writeBytesField(field, octets.subarray(offset, offset + length));
}
