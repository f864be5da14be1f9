/**
 * Transfers to other servers, all of one worker's: who gets one now, of which version, in which form. A refusal is a
 * response; else the zone's version stays held until `TransferStream` has ended.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import { Transport } from '../answer/outcome.ts';
import { u16At } from '../base/octets.ts';
import { Counter, type CounterBlock } from '../plane/counters.ts';
import { LogKind } from '../plane/rings/log-record.ts';
import { publishedViewOf } from '../store/image/published-view.ts';
import { LookupName } from '../store/index/lookup-name.ts';
import type { VersionRef, ZoneReader, ZoneRef } from '../store/zone-reader.ts';
import type { JournalReader } from '../transfer/journal/journal-reader.ts';
import { publishedIdOf } from '../transfer/journal/zone-id.ts';
import { type AxfrOptions, AxfrWriter } from '../transfer/out/axfr-writer.ts';
import { IxfrWriter, SoaWriter } from '../transfer/out/ixfr-writer.ts';
import { planTransfer, type TransferFacts, type TransferPlan } from '../transfer/out/plan-transfer.ts';
import type { TransferHead } from '../transfer/out/transfer-message.ts';
import type { TransferWriter } from '../transfer/out/transfer-writer.ts';
import { estimateZoneOctets } from '../transfer/out/zone-octets.ts';
import { signResponse, tsigReserveOctets } from '../tsig/sign-response.ts';
import { Flag, Rcode } from '../wire/codes.ts';
import type { TransferJournal } from './transfer-journal.ts';
import { keyMark, type TransferLog } from './transfer-log.ts';
import type { TransferPins } from './transfer-pins.ts';
import { TransferPlaces, versionKey } from './transfer-places.ts';
import { optOf, questionOf, type TransferQuestion } from './transfer-question.ts';

/** How long a transfer may take, and how long its client may take nothing (BIND: max-transfer-time-out, max-transfer-idle-out). */
export interface TransferBounds {
  readonly totalMs: number;
  readonly idleMs: number;
}

/** So often, and so far apart, it is looked again at a zone that is between two serials; it takes a moment at most. */
const mostLooks = 50;
const lookAgainMs = 5;

export const usualTransferBounds: TransferBounds = { totalMs: 7_200_000, idleMs: 300_000 };

/** A transfer that may begin. */
export interface OpenTransfer {
  readonly question: TransferQuestion;
  readonly writer: TransferWriter;
  /** `AXFR`, `IXFR`, `AXFR-style IXFR`; `undefined` where the client is up to date, which is no transfer. */
  readonly style: string | undefined;
  readonly serial: number;
  readonly bounds: TransferBounds;
  /** Let go of the version. */
  readonly release: () => void;
}

/** The response that says that there is no transfer, signed where it must be. */
export interface RefusedTransfer {
  readonly response: Uint8Array;
}

export class TransferDesk {
  readonly log: TransferLog;
  readonly counters: CounterBlock;
  private readonly pins: TransferPins;
  private readonly journal: TransferJournal;
  private readonly places = new TransferPlaces();

  constructor(pins: TransferPins, journal: TransferJournal, log: TransferLog, counters: CounterBlock) {
    this.pins = pins;
    this.journal = journal;
    this.log = log;
    this.counters = counters;
  }

  /** Begin to answer. `nowSeconds` since 1970, for a signature. */
  async open(question: TransferQuestion, nowSeconds: number): Promise<OpenTransfer | RefusedTransfer> {
    const journal = question.isIxfr ? await this.journal.open() : undefined;
    const reader = this.pins.take();
    if (reader === undefined) {
      // BIND's answer: the client tries again later, as after any failure.
      this.log.tell(question, LogKind.transferWarning, `${styleAsked(question)} request denied: quota reached`);
      return this.refuse(question, Rcode.servFail, nowSeconds);
    }
    const published = await holdPublished(question, reader);
    const opened =
      published === 'between' ? this.giveUp(question) : this.tryVersion(question, reader, journal, published);
    if (typeof opened !== 'number') return opened;
    this.pins.giveBack(reader);
    return this.refuse(question, opened, nowSeconds);
  }

  private refuse(question: TransferQuestion, rcode: number, nowSeconds: number): RefusedTransfer {
    const { counters } = this;
    const refused = refuse(question, rcode, nowSeconds);
    counters.add(Counter.Response);
    counters.addRcode(rcode);
    counters.addResponseSize(Transport.tcp, question.client.family, refused.response.length);
    if (optOf(question).length > 0) counters.add(Counter.RespEDNS0);
    if (question.verdict !== undefined) counters.add(Counter.RespTSIG);
    return refused;
  }

  private giveUp(question: TransferQuestion): number {
    const why = 'what is published of the zone is of another serial than the zone';
    this.log.tell(question, LogKind.transferError, `${styleAsked(question)} request failed: ${why}`);
    return Rcode.servFail;
  }

  /** A journal that can't be read, as one whose disk fails, is no reason to end the worker. */
  private tryVersion(
    question: TransferQuestion,
    reader: ZoneReader,
    journal: JournalReader | undefined,
    published: VersionRef | undefined,
  ): OpenTransfer | number {
    try {
      return this.openVersion(question, reader, journal, published);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.log.tell(question, LogKind.transferError, `${styleAsked(question)} request failed: ${reason}`);
      return Rcode.servFail;
    }
  }

  /** Gives an RCODE where it can't. */
  private openVersion(
    question: TransferQuestion,
    reader: ZoneReader,
    journal: JournalReader | undefined,
    published: VersionRef | undefined,
  ): OpenTransfer | number {
    const zone = findZone(question, reader, question.view);
    // It was there when the question was allowed: it has just been taken out of the configuration, or expired.
    if (zone === 0) return Rcode.notAuth;
    const generation = reader.takenGeneration(zone);
    const version = reader.takeVersion(zone);
    if (version === 0) return Rcode.servFail;
    const serial = reader.versionSerial(version);
    const plan = planTransfer(factsOf(question, reader, zone, version, journal, published !== undefined));
    if (plan.kind === 'formErr') {
      this.log.tell(question, LogKind.transferMalformed, '');
      return Rcode.formErr;
    }
    this.tellPlan(question, plan, serial);
    this.counters.set(Counter.transfersOut, this.counters.get(Counter.transfersOut) + 1);
    const key = versionKey(reader, zone, generation, version);
    const head = headOf(question, reader, version);
    const writer = createWriter(plan, reader, version, head, { places: this.places.find(key), published });
    return {
      question,
      writer,
      style: styleOf(plan),
      serial,
      bounds: boundsOf(reader, zone),
      release: () => {
        if (writer instanceof AxfrWriter) this.places.keep(key, writer.places);
        this.counters.set(Counter.transfersOut, this.counters.get(Counter.transfersOut) - 1);
        this.pins.giveBack(reader);
      },
    };
  }

  private tellPlan(question: TransferQuestion, plan: TransferPlan, serial: number): void {
    const tell = (kind: typeof LogKind.transferInfo | typeof LogKind.transferDebug, text: string) =>
      this.log.tell(question, kind, text);
    switch (plan.kind) {
      case 'upToDate':
        tell(LogKind.transferDebug, `IXFR poll up to date${keyMark}`);
        return;
      case 'ixfr':
        tell(LogKind.transferInfo, `IXFR started${keyMark} (serial ${question.clientSerial} -> ${serial})`);
        return;
      case 'axfrStyle':
        tell(LogKind.transferInfo, fallbackText(plan));
        break;
      default:
    }
    tell(LogKind.transferInfo, `${styleOf(plan)} started${keyMark} (serial ${serial})`);
  }
}

/** The zone asked for, in this view; 0: there is none. */
function findZone({ qname, class: zoneClass }: TransferQuestion, reader: ZoneReader, view: number): ZoneRef | 0 {
  const name = new LookupName();
  name.assign(qname, 0);
  const zone = reader.findZone(view, zoneClass, name);
  return zone !== 0 && reader.zoneLabels(zone) === name.labelCount ? zone : 0;
}

/**
 * What stands beside a zone of which secondaries get something else than it has, of the zone's own serial; both are held then.
 * `undefined`: they get it as it is. `between`: it goes on being changed.
 */
async function holdPublished(
  question: TransferQuestion,
  reader: ZoneReader,
): Promise<VersionRef | undefined | 'between'> {
  const { view } = question;
  for (let look = 1; look <= mostLooks; look++) {
    const beside = findZone(question, reader, publishedViewOf(view));
    const zone = findZone(question, reader, view);
    if (beside === 0 || zone === 0) return undefined;
    const published = reader.takeVersion(beside);
    const version = reader.takeVersion(zone);
    if (version === 0) return undefined;
    // They are published one behind the other.
    if (published !== 0 && reader.versionSerial(published) === reader.versionSerial(version)) return published;
    await sleep(lookAgainMs);
    reader.enter();
  }
  return 'between';
}

function factsOf(
  question: TransferQuestion,
  reader: ZoneReader,
  zone: ZoneRef,
  version: VersionRef,
  journal: JournalReader | undefined,
  isPublished: boolean,
): TransferFacts {
  const ratio = reader.zoneMaxIxfrRatio(zone);
  const { view, viewName } = question;
  const own = { view, viewName, class: question.class, apex: question.qname };
  const id = isPublished ? publishedIdOf(own) : own;
  return {
    isIxfr: question.isIxfr,
    clientSerial: question.clientSerial,
    serial: reader.versionSerial(version),
    findChanges: (fromSerial, toSerial) => journal?.chain(id, fromSerial, toSerial),
    zoneOctets: () => estimateZoneOctets(reader, version),
    maxIxfrRatio: ratio === 0 ? undefined : ratio,
  };
}

function boundsOf(reader: ZoneReader, zone: ZoneRef): TransferBounds {
  const { totalMs, idleMs } = usualTransferBounds;
  return {
    totalMs: reader.zoneTransferSeconds(zone) * 1000 || totalMs,
    idleMs: reader.zoneTransferIdleSeconds(zone) * 1000 || idleMs,
  };
}

function headOf(question: TransferQuestion, reader: ZoneReader, version: VersionRef): TransferHead {
  const apex = reader.apexNode(version);
  const apexAt = reader.nodeOriginalNameOffset(apex);
  return {
    id: u16At(question.frame, 0),
    flags: u16At(question.frame, 2),
    question: questionOf(question),
    opt: optOf(question),
    class: question.class,
    // A copy: not shared with other threads.
    apex: Uint8Array.from(reader.octets.subarray(apexAt, apexAt + reader.nodeNameOctets(apex))),
  };
}

function createWriter(
  plan: TransferPlan,
  reader: ZoneReader,
  version: VersionRef,
  head: TransferHead,
  options: AxfrOptions,
): TransferWriter {
  if (plan.kind === 'upToDate') return new SoaWriter(reader, version, head);
  if (plan.kind === 'ixfr') return new IxfrWriter(reader, version, head, plan.changes);
  return new AxfrWriter(reader, version, head, options);
}

function styleAsked({ isIxfr }: TransferQuestion): string {
  return isIxfr ? 'IXFR' : 'AXFR';
}

function styleOf({ kind }: TransferPlan): string | undefined {
  if (kind === 'axfrStyle') return 'AXFR-style IXFR';
  return kind === 'axfr' ? 'AXFR' : kind === 'ixfr' ? 'IXFR' : undefined;
}

function fallbackText(plan: Extract<TransferPlan, { kind: 'axfrStyle' }>): string {
  if (plan.reason === 'notInJournal') return 'IXFR version not in journal, falling back to AXFR';
  const { changeOctets, zoneOctets } = plan;
  return (
    `IXFR delta size (${changeOctets} bytes) exceeds the maximum ratio to database size (${zoneOctets} bytes), ` +
    'falling back to AXFR'
  );
}

/** The frame as a response without records. */
function refuse(question: TransferQuestion, rcode: number, nowSeconds: number): RefusedTransfer {
  const { frame, verdict } = question;
  const reserve = verdict === undefined ? 0 : tsigReserveOctets(verdict);
  const response = new Uint8Array(frame.length + reserve);
  response.set(frame);
  const flags = (u16At(frame, 2) & ~Flag.aa) | rcode;
  response[2] = flags >>> 8;
  response[3] = flags;
  if (verdict === undefined) return { response };
  const octets = signResponse(verdict, response, 0, frame.length, nowSeconds);
  return { response: response.subarray(0, octets) };
}
