/** What is said of transfers that come in, in BIND's words (category xfer-in). */

import type { TsigKey } from '../../tsig/tsig-key.ts';
import type { Remote } from '../config/config.ts';
import type { Log } from '../log/log.ts';
import { Pace, progressLogMs } from '../progress/pace.ts';
import { keyText, remoteText, sourceText } from './remote-text.ts';
import type { TransferDone } from './transfer-messages.ts';

const category = 'xfer-in';
const malformed = 'FORMERR: ';

/** Of one transfer: `title` is `rapidtech.phones/IN`. */
export class TransferLog {
  private readonly log: Log;
  private readonly title: string;
  private readonly of: string;
  private readonly key: TsigKey | undefined;
  private readonly remote: Remote;
  private readonly startMs = performance.now();
  private pace = new Pace(progressLogMs);

  constructor(log: Log, title: string, remote: Remote, key: TsigKey | undefined) {
    this.log = log;
    this.title = title;
    this.remote = remote;
    this.key = key;
    this.of = `transfer of '${title}' from ${remoteText(remote)}`;
  }

  deferred(): void {
    this.log.info(category, `zone ${this.title}: zone transfer deferred due to quota`);
  }

  /** See UnreachablePrimaries. */
  skipped(): void {
    const primary = `primary ${remoteText(this.remote)} (source ${sourceText(this.remote)})`;
    this.log.info(category, `zone ${this.title}: skipping zone transfer as ${primary} is unreachable (cached)`);
  }

  started(): void {
    this.log.info(category, `zone ${this.title}: Transfer started.`);
  }

  connected(): void {
    this.pace = new Pace(progressLogMs);
    const tsig = this.key === undefined ? '' : ` TSIG ${keyText(this.key)}`;
    // BIND has the peer's address here, too, for all that the word says.
    const tls = this.remote.tls === undefined ? '' : ' over TLS';
    this.log.info(category, `${this.of}: connected using ${remoteText(this.remote)}${tls}${tsig}`);
  }

  /** Told often; said every few seconds. BIND says nothing before the end. */
  going(records: number, octets: number): void {
    if (!this.pace.isDue()) return;
    const megabytes = (octets / 1e6).toFixed(octets < 1e7 ? 1 : 0);
    this.log.info(category, `${this.of}: ${records.toLocaleString('en')} records, ${megabytes} MB received`);
  }

  notConnected(reason: string): void {
    this.log.error(category, `${this.of}: failed to connect: ${reason}`);
    this.log.info(category, `${this.of}: Transfer status: ${reason}`);
  }

  /** The differences came to nothing; the whole zone is asked for. */
  resetting(reason: string): void {
    this.log.event(category, 'debug 3', `${this.of}: got ${this.tellFault(reason)}, retrying with AXFR`);
    this.log.info(category, `${this.of}: resetting`);
  }

  /** No line says "completed" of what was not. */
  failed(reason: string): void {
    const result = this.tellFault(reason);
    this.log.error(category, `${this.of}: failed while receiving responses: ${result}`);
    this.log.info(category, `${this.of}: Transfer status: ${result}`);
  }

  /** What is wrong with a message that is malformed stands in a line of its own, as in BIND. Gives the result's word alone. */
  private tellFault(reason: string): string {
    if (!reason.startsWith(malformed)) return reason;
    this.log.notice(category, `${this.of}: ${reason.slice(malformed.length)}`);
    return malformed.slice(0, -2);
  }

  done(done: TransferDone): void {
    if (done.form === 'upToDate') {
      this.log.info(category, `${this.of}: Transfer status: up to date`);
      return;
    }
    const { messages, records, octets, serial, outsideRecords, warnings } = done;
    if (outsideRecords > 0) {
      this.log.warning(category, `${this.of}: ${outsideRecords} records outside of the zone were left out`);
    }
    for (const text of warnings) this.log.warning('general', `zone ${this.title}: ${text}`);
    const tsig = this.key === undefined ? '' : `: TSIG '${keyText(this.key)}'`;
    this.log.info(category, `zone ${this.title}: transferred serial ${serial}${tsig}`);
    this.log.info(category, `${this.of}: Transfer status: success`);
    const ms = Math.max(1, Math.round(performance.now() - this.startMs));
    const rate = `${(ms / 1000).toFixed(3)} secs (${Math.floor((octets * 1000) / ms)} bytes/sec)`;
    const counts = `${messages} messages, ${records} records, ${octets} bytes`;
    this.log.info(category, `${this.of}: Transfer completed: ${counts}, ${rate} (serial ${serial})`);
  }
}
