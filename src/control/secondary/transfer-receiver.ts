/** The loader thread's side of transfers that come in: from octets to a published zone. */
import { randomInt } from 'node:crypto';
import { IncomingTransfer } from '../../transfer/in/incoming-transfer.ts';
import type { TransferProblem } from '../../transfer/in/transfer-problem.ts';
import type { TransferQuestion } from '../../transfer/in/transfer-question.ts';
import type { ZoneId } from '../../transfer/journal/zone-id.ts';
import { TsigClient } from '../../tsig/tsig-client.ts';
import type { SoaTimes } from '../load/soa-times.ts';
import type { ManagedZone, ZoneWriter } from '../load/zone-writer.ts';
import { publishReceived } from './publish-received.ts';
import { ReceivedZone } from './received-zone.ts';
import type { TransferCommand, TransferOpen, TransferReport } from './transfer-messages.ts';
import { writeSignedQuestion } from './transfer-request.ts';
import { verifierOf } from './tsig-verifier.ts';

/** One try, from its request to its outcome. */
interface Receiving {
  readonly open: TransferOpen;
  readonly transfer: IncomingTransfer;
  readonly received: ReceivedZone;
  /** All has come; what is left is to build, to keep and to publish it. */
  isEnding: boolean;
}

export class TransferReceiver {
  private readonly writer: ZoneWriter;
  private readonly post: (report: TransferReport) => void;
  private readonly nowSeconds: () => number;
  private readonly receivings = new Map<number, Receiving>();

  /** `nowSeconds`: since 1970. */
  constructor(writer: ZoneWriter, post: (report: TransferReport) => void, nowSeconds: () => number) {
    this.writer = writer;
    this.post = post;
    this.nowSeconds = nowSeconds;
  }

  receive(command: TransferCommand): void {
    switch (command.kind) {
      case 'transfer-open':
        this.open(command);
        return;
      case 'transfer-chunk':
        this.take(command.transfer, command.octets);
        return;
      case 'transfer-end':
        this.end(command.transfer, command.reason);
        return;
      case 'refreshed':
        this.withSecondary(command.zone, (zone) => this.writer.noteRefreshed(zone, command.timers));
        return;
      case 'expire':
        this.withSecondary(command.zone, (zone) => this.writer.expire(zone));
        return;
    }
  }

  private open(open: TransferOpen): void {
    const { view, class: zoneClass, apex } = open.zone;
    const fromSerial = open.whole ? undefined : this.writer.find(view, zoneClass, apex)?.serial;
    const question: TransferQuestion = { apex, zoneClass, id: randomInt(0x10000), fromSerial };
    const client = open.key === undefined ? undefined : new TsigClient(open.key);
    const received = new ReceivedZone(this.writer.store, open.zone, open.bounds.octets);
    const verifier = client === undefined ? undefined : verifierOf(client, this.nowSeconds);
    const transfer = new IncomingTransfer(question, open.bounds, verifier, received);
    this.receivings.set(open.transfer, { open, transfer, received, isEnding: false });
    const octets = writeSignedQuestion(question, client, this.nowSeconds());
    this.post({ kind: 'transfer-request', transfer: open.transfer, octets });
  }

  private take(number: number, octets: Uint8Array): void {
    const receiving = this.receivings.get(number);
    if (receiving === undefined) return;
    const octetCount = octets.length;
    try {
      receiving.transfer.push(octets);
    } catch (error) {
      this.fail(receiving, problemOf(error));
      return;
    }
    const { mayHaveStopped: isOneSoa, sequence } = receiving.transfer;
    this.post({ kind: 'transfer-taken', transfer: number, octets: octetCount, records: sequence.count, isOneSoa });
    this.settle(receiving);
  }

  private end(number: number, reason: string): void {
    const receiving = this.receivings.get(number);
    if (receiving === undefined) return;
    receiving.transfer.end(reason);
    this.settle(receiving);
  }

  private settle(receiving: Receiving): void {
    const { transfer } = receiving;
    if (receiving.isEnding) return;
    if (transfer.problem !== undefined) this.fail(receiving, transfer.problem);
    else if (transfer.isDone) void this.finish(receiving);
  }

  private async finish(receiving: Receiving): Promise<void> {
    receiving.isEnding = true;
    const { open, transfer, received } = receiving;
    try {
      const isNews = transfer.sequence.form !== 'upToDate';
      const soa = isNews ? await publishReceived(this.writer, open, transfer, received) : undefined;
      if (soa !== undefined && 'text' in soa) this.fail(receiving, soa);
      else this.succeed(receiving, soa);
    } catch (error) {
      this.fail(receiving, problemOf(error));
    }
  }

  /** What main says of a zone may be late: it may be gone, or a primary's by now. */
  private withSecondary({ view, class: zoneClass, apex }: ZoneId, act: (zone: ManagedZone) => void): void {
    const zone = this.writer.find(view, zoneClass, apex);
    if (zone?.config.type === 'secondary') act(zone);
  }

  private succeed(receiving: Receiving, soa: SoaTimes | undefined): void {
    const { form, serial, outsideCount: outsideRecords } = receiving.transfer.sequence;
    const warnings = receiving.received.names.texts;
    this.report(receiving, { result: 'done', ...countsOf(receiving), form, serial, outsideRecords, warnings, soa });
  }

  private fail(receiving: Receiving, { text, next }: TransferProblem): void {
    receiving.received.discard();
    this.report(receiving, { result: 'failed', ...countsOf(receiving), reason: text, next });
  }

  private report(
    receiving: Receiving,
    outcome: Extract<TransferReport, { kind: 'transfer-outcome' }>['outcome'],
  ): void {
    const { transfer } = receiving.open;
    this.receivings.delete(transfer);
    this.post({ kind: 'transfer-outcome', transfer, outcome });
  }
}

function countsOf({ transfer }: Receiving) {
  const { messages, octets, sequence } = transfer;
  return { messages, records: sequence.count, octets };
}

/** No room in the arena, no room on disk: of what comes from outside nothing else throws. */
function problemOf(error: unknown): TransferProblem {
  return { text: error instanceof Error ? error.message : String(error), next: 'other' };
}
