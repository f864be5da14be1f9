/**
 * A whole zone as the messages of an AXFR answer (RFC 5936 §2.2), made one by one as they can be sent. The records are taken
 * from where they lie in the zone's image, so the memory that it takes is the same for every zone.
 */
import { octetAt } from '../../base/octets.ts';
import { nameOctetsOf, originalNameOffsetOf, rrsetHeaderOctets } from '../../store/image/node-layout.ts';
import { LookupName } from '../../store/index/lookup-name.ts';
import type { NodeRef, VersionRef } from '../../store/zone-reader.ts';
import { NodeFlag, type ZoneReader } from '../../store/zone-reader.ts';
import { Type } from '../../wire/codes.ts';
import { type Octets, octetsOf } from './copy-run.ts';
import { SoaRecord } from './soa-record.ts';
import { type RecordPlace, type TransferHead, TransferMessage } from './transfer-message.ts';
import { notYet, type TransferWriter, tooLarge, usualMessageOctets } from './transfer-writer.ts';
import { type CursorOptions, ZoneCursor } from './zone-cursor.ts';

/** What `AxfrWriter` may be told besides the version. */
export interface AxfrOptions extends CursorOptions {
  /**
   * A small version of the same zone: owners with SRV in it are sent as it has them. Held by the same reader; undefined where
   * secondaries get the zone as it is.
   */
  readonly published?: VersionRef | undefined;
}

export class AxfrWriter implements TransferWriter {
  records = 0;
  private readonly source: Octets;
  private readonly message: TransferMessage;
  private readonly cursor: ZoneCursor;
  private readonly apex: NodeRef;
  private readonly isPlainApex: boolean;
  private readonly soa: SoaRecord;
  private step: Step = Step.firstSoa;
  /** What is left of the node at hand. */
  private readonly place: RecordPlace = { rrset: 0, recordAt: 0 };
  private isInNode = false;
  private readonly published: PublishedNodes | undefined;

  /** The version must be held by `reader`, and the reader not enter again, until the last message is written. */
  constructor(reader: ZoneReader, version: VersionRef, head: TransferHead, options?: AxfrOptions) {
    this.source = octetsOf(reader.octets);
    this.message = new TransferMessage(head);
    this.cursor = new ZoneCursor(reader, version, options);
    this.apex = reader.apexNode(version);
    this.isPlainApex = reader.nodeNameOctets(this.apex) > 1 && (reader.nodeFlags(this.apex) & NodeFlag.mixedCase) === 0;
    this.soa = new SoaRecord(reader, version);
    const { published } = options ?? {};
    // Of the apex alone: then there is nothing in it.
    const isNeeded = published !== undefined && reader.versionRecordCount(published) > 1;
    this.published = isNeeded ? new PublishedNodes(reader, published) : undefined;
  }

  /** For another writer of the same version, which then need not look for its nodes; see ZoneCursor. */
  get places(): Int32Array | undefined {
    return this.cursor.places;
  }

  next(out: Uint8Array, offset: number, roomOctets: number): number {
    const { message, cursor } = this;
    if (this.step === Step.done) return 0;
    if (!cursor.isReady && !cursor.isDone) {
      cursor.collect();
      return notYet;
    }
    message.begin(out, offset, Math.min(roomOctets, usualMessageOctets));
    this.putRecords();
    if (message.recordCount === 0 && (this.isInNode || this.step !== Step.nodes)) {
      // A record that is longer than messages usually are gets a longer one.
      message.limit(roomOctets);
      this.putRecords();
      if (message.recordCount === 0) return tooLarge;
    }
    // The nodes at hand have ended with the message before.
    if (message.recordCount === 0) return notYet;
    this.records += message.recordCount;
    return message.finish();
  }

  /** Put as many as fit. */
  private putRecords(): void {
    const { message, source } = this;
    if (this.step === Step.firstSoa && !this.putFirstSoa()) return;
    while (this.step === Step.nodes) {
      if (this.isInNode && !message.putRrsets(source, this.place)) return;
      this.isInNode = false;
      if (!this.enterNextNode()) return;
    }
    if (this.step === Step.lastSoa && this.soa.put(message)) this.step = Step.done;
  }

  private putFirstSoa(): boolean {
    if (!this.soa.put(this.message)) return false;
    this.step = Step.nodes;
    this.enterNode(this.apex);
    return true;
  }

  private enterNextNode(): boolean {
    const { cursor, apex } = this;
    for (let node = cursor.next(); node !== 0; node = cursor.next()) {
      if (node !== apex && this.enterNode(node)) return true;
    }
    if (cursor.isDone) this.step = Step.lastSoa;
    return cursor.isDone;
  }

  /** False where it has no records. */
  private enterNode(written: NodeRef): boolean {
    const node = this.published?.find(written) ?? written;
    const { source } = this;
    const { octets } = source;
    const flags = octetAt(octets, node);
    if ((flags & NodeFlag.emptyNonTerminal) !== 0) return false;
    const ownerAt = originalNameOffsetOf(octets, node);
    const ownerOctets = nameOctetsOf(octets, node);
    this.message.setOwner(source, ownerAt, ownerOctets, this.isPlainApex && (flags & NodeFlag.mixedCase) === 0);
    // The sets stand behind the name as it was written (store/image/node-layout.ts).
    this.place.rrset = ownerAt + ownerOctets;
    this.place.recordAt = this.place.rrset + rrsetHeaderOctets;
    this.isInNode = true;
    return true;
  }
}

const Step = { firstSoa: 0, nodes: 1, lastSoa: 2, done: 3 } as const;
type Step = (typeof Step)[keyof typeof Step];

/** Finds the nodes that are sent instead of others. */
class PublishedNodes {
  private readonly reader: ZoneReader;
  private readonly version: VersionRef;
  private readonly name = new LookupName();

  constructor(reader: ZoneReader, version: VersionRef) {
    this.reader = reader;
    this.version = version;
  }

  /** `undefined`: the node is sent as it is. */
  find(node: NodeRef): NodeRef | undefined {
    const { reader, version, name } = this;
    if (reader.findRrset(node, Type.srv) === 0) return undefined;
    name.assign(reader.octets, reader.nodeNameOffset(node));
    const found = reader.findNode(version, name, name.labelCount);
    return found !== 0 && reader.findRrset(found, Type.srv) !== 0 ? found : undefined;
  }
}
