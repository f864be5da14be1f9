import { checkOwners } from '../../store/check/check-owners.ts';
import { checkZone } from '../../store/check/check-zone.ts';
import { ContentProblem } from '../../store/check/codes.ts';
import { diffVersions } from '../../store/zone-diff.ts';
import type { BuiltZone, ZoneChange } from '../../store/zone-store.ts';
import { DeltaWriter } from '../../transfer/journal/delta.ts';
import { raiseSerial } from '../../transfer/update/apply-updates.ts';
import { runUpdate, type UpdateSigner } from '../../transfer/update/run-update.ts';
import { parseUpdateMessage, type UpdateMessage } from '../../transfer/update/update-message.ts';
import type { UpdateProblem } from '../../transfer/update/update-problem.ts';
import { Rcode } from '../../wire/codes.ts';
import { rootName } from '../../wire/name.ts';
import { rcodeText } from '../../wire/rcode-text.ts';
import { isSignedVersion } from '../load/signed-version.ts';
import { type ManagedZone, NotDurableError, type ZoneWriter } from '../load/zone-writer.ts';
import type { UpdateRequest, UpdateResult, UpdateResults } from './update-messages.ts';
import { UpdateQueue } from './update-queue.ts';

/** So many are done in one change at most: those behind them shall not wait for ever. */
const maxBatch = 512;

/** An update that waits for its zone. */
interface Waiting {
  readonly request: UpdateRequest;
  readonly update: UpdateMessage;
}

/** What came of a change of several updates: their results, or why none of them was done. */
type Outcome =
  | { readonly kind: 'done'; readonly results: readonly UpdateResult[] }
  /** The zone would not be one any more; nothing is changed. */
  | { readonly kind: 'bad'; readonly fault: string; readonly results: readonly UpdateResult[] }
  /** Nothing is changed. */
  | { readonly kind: 'failed'; readonly error: unknown };

/**
 * Updates of zones, on the loader thread. Those that wait for a zone when its turn comes are done as one change, with one serial and
 * one flush: an update waits for the disk as long as it takes, and twenty that come meanwhile wait once.
 */
export class ZoneUpdates {
  /** What else is a warning at the load of a zone is an error, and an update may not bring it: the whole zone is checked. */
  strict = false;
  private readonly writer: ZoneWriter;
  private readonly post: (results: UpdateResults) => void;
  private readonly waiting = new Map<ManagedZone, UpdateQueue<Waiting>>();

  constructor(writer: ZoneWriter, post: (results: UpdateResults) => void) {
    this.writer = writer;
    this.post = post;
  }

  /** Take updates; their results are posted once they are durable, or have failed. */
  submit(requests: readonly UpdateRequest[]): void {
    const refused: UpdateResult[] = [];
    for (const request of requests) {
      const parsed = parseUpdateMessage(request.message);
      const { view, class: zoneClass, apex } = request.zone;
      const zone = this.writer.find(view, zoneClass, apex);
      const refusal = parsed.ok ? findRefusal(zone) : { rcode: parsed.error, reason: 'malformed message' };
      if (parsed.ok && zone !== undefined && refusal === undefined) this.queue(zone, { request, update: parsed.value });
      else refused.push(failed(request, refusal ?? notAuthoritative));
    }
    this.tell(refused);
  }

  private queue(zone: ManagedZone, one: Waiting): void {
    const queue = this.waiting.get(zone);
    if (queue !== undefined) {
      queue.add(one);
      return;
    }
    const begun = new UpdateQueue<Waiting>();
    begun.add(one);
    this.waiting.set(zone, begun);
    // Not at once: all of one message shall share a flush.
    queueMicrotask(() => void this.work(zone, begun));
  }

  /** Turn after turn until nothing waits for the zone. Never rejects. */
  private async work(zone: ManagedZone, queue: UpdateQueue<Waiting>): Promise<void> {
    while (await queue.gather()) {
      try {
        await this.writer.inTurn(zone, () => this.runBatch(zone, queue.take(maxBatch)));
      } catch {
        // It goes, or has gone while they waited.
        this.tell(queue.take().map(({ request }) => failed(request, notAuthoritative)));
      }
    }
    this.waiting.delete(zone);
  }

  /** Never rejects. */
  private async runBatch(zone: ManagedZone, batch: readonly Waiting[]): Promise<void> {
    // Looked at again: it may have been frozen while they waited.
    const refusal = findRefusal(zone) ?? this.findSigned(zone);
    if (refusal !== undefined) {
      this.tell(batch.map(({ request }) => failed(request, refusal)));
      return;
    }
    const outcome = await this.change(zone, batch);
    if (outcome.kind === 'done' || batch.length === 1 || isOfDisk(outcome)) {
      this.tell(resultsOf(outcome, batch));
      return;
    }
    // One of them is to blame: all go alone, and only that one fails.
    for (const one of batch) this.tell(resultsOf(await this.change(zone, [one]), [one]));
  }

  private tell(results: readonly UpdateResult[]): void {
    if (results.length > 0) this.post({ kind: 'updated', results });
  }

  /** Do the updates one after the other on one change; resolves once it is durable and served, or undone. Never rejects. */
  private async change(zone: ManagedZone, batch: readonly Waiting[]): Promise<Outcome> {
    try {
      const { results, built, hasNewSerial } = this.build(zone, batch);
      return built === undefined
        ? { kind: 'done', results }
        : await this.keep(zone, batch, results, built, hasNewSerial);
    } catch (error) {
      return { kind: 'failed', error };
    }
  }

  /** Throws where there is a bug, or no memory; then nothing is left of the change. */
  private build(
    zone: ManagedZone,
    batch: readonly Waiting[],
  ): BatchResults & { readonly built: BuiltZone | undefined } {
    const change = this.writer.store.startChange(zone.number);
    try {
      const run = runAll(zone, change, batch);
      if (run.isChanged) return { ...run, built: change.finish() };
      change.discard();
      return { ...run, built: undefined };
    } catch (error) {
      change.discard();
      throw error;
    }
  }

  private async keep(
    zone: ManagedZone,
    batch: readonly Waiting[],
    results: readonly UpdateResult[],
    built: BuiltZone,
    hasNewSerial: boolean,
  ): Promise<Outcome> {
    const { store } = this.writer;
    const fault = this.findFault(built, batch);
    if (fault !== undefined) {
      store.discard(built);
      return { kind: 'bad', fault, results };
    }
    const delta = new DeltaWriter();
    diffVersions(store.reader, store.currentVersion(zone.number), built.version, delta);
    // What was added has been removed again: no reason for a serial.
    if (delta.hasOnlySoas && !hasNewSerial) store.discard(built);
    else await this.writer.commit(zone, built, delta.finish(), 'update');
    return { kind: 'done', results };
  }

  /** What the next load of the zone from its master file would refuse; unless strict, cheap however large the zone is. */
  private findFault(built: BuiltZone, batch: readonly Waiting[]): string | undefined {
    const { reader } = this.writer.store;
    reader.renew();
    const owners = batch.flatMap(({ update }) => update.updates.map(({ owner }) => owner));
    const { problems } = this.strict
      ? checkZone(reader, built.version, { strict: true })
      : checkOwners(reader, built.version, owners);
    const problem = problems.find(({ code, severity }) => severity === 'error' || code === tooLarge);
    if (problem === undefined) return undefined;
    return nameServerCodes.has(problem.code) ? 'post update name server sanity check failed' : problem.message;
  }

  /** RFC 4035 §2: changed data would be without a signature, and the zone bogus. */
  private findSigned({ number }: ManagedZone): UpdateProblem | undefined {
    const { store } = this.writer;
    return isSignedVersion(store.reader, store.currentVersion(number)) ? signedZone : undefined;
  }
}

interface BatchResults {
  readonly results: readonly UpdateResult[];
  readonly isChanged: boolean;
  /** A client has given the zone another serial itself. */
  readonly hasNewSerial: boolean;
}

/** All updates, one after the other. */
function runAll(zone: ManagedZone, change: ZoneChange, batch: readonly Waiting[]): BatchResults {
  const results: UpdateResult[] = [];
  let isChanged = false;
  let hasNewSerial = false;
  for (const { request, update } of batch) {
    const lines: string[] = [];
    const outcome = runUpdate(update, change, signerOf(zone, request), (line) => lines.push(line));
    results.push(outcome.ok ? { id: request.id, rcode: Rcode.noError, lines } : failed(request, outcome.error));
    if (!outcome.ok) continue;
    isChanged ||= outcome.value.isChanged;
    hasNewSerial ||= outcome.value.hasNewSerial;
  }
  if (isChanged && !hasNewSerial) raiseSerial(change, zone.id.apex, zone.id.class);
  return { results, isChanged, hasNewSerial };
}

function signerOf({ config }: ManagedZone, { signer }: UpdateRequest): UpdateSigner | undefined {
  if (config.update?.kind !== 'policy') return undefined;
  // The policy may be newer than the look at who sends: without a signature no rule grants anything.
  return { rules: signer === undefined ? [] : config.update.rules, name: signer ?? rootName };
}

/** Of all updates of a batch that has been done, or of those of one that can't be. */
function resultsOf(outcome: Outcome, batch: readonly Waiting[]): readonly UpdateResult[] {
  switch (outcome.kind) {
    case 'done':
      return outcome.results;
    case 'bad': {
      const { results, fault } = outcome;
      return results.map((result) =>
        result.rcode === Rcode.noError
          ? { ...result, rcode: Rcode.refused, lines: [...result.lines, `update rejected: ${fault}`] }
          : result,
      );
    }
    case 'failed': {
      const { error } = outcome;
      const reason = error instanceof Error ? error.message : String(error);
      return batch.map(({ request }) => failed(request, { rcode: Rcode.servFail, reason }));
    }
  }
}

/** No other order of the updates would help. */
function isOfDisk(outcome: Outcome): boolean {
  return outcome.kind === 'failed' && outcome.error instanceof NotDurableError;
}

/** BIND's `unsuccessful` is a prerequisite's, `failed` all else's. */
function failed({ id }: UpdateRequest, { rcode, reason, warning }: UpdateProblem): UpdateResult {
  if (warning !== undefined) return { id, rcode, lines: [warning], severity: 'warning' };
  const verb = reason.includes('not satisfied') ? 'unsuccessful' : 'failed';
  return { id, rcode, lines: [`update ${verb}: ${reason} (${rcodeText(rcode)})`] };
}

/** Not even a transfer's reader would ever get such a set as an answer. */
const tooLarge = ContentProblem.tooLargeSet.code;
const nameServerCodes: ReadonlySet<string> = new Set([
  ContentProblem.noApexNs.code,
  ContentProblem.apexNsAlias.code,
  ContentProblem.apexNsWithoutAddress.code,
]);

const notAuthoritative: UpdateProblem = { rcode: Rcode.notAuth, reason: 'not authoritative for update zone' };
const signedZone: UpdateProblem = {
  rcode: Rcode.refused,
  reason: 'the zone is signed elsewhere; a change here would be without a signature',
};
const frozenZone: UpdateProblem = {
  rcode: Rcode.refused,
  reason: "dynamic update temporarily disabled because the zone is frozen.  Use 'rndc thaw' to re-enable updates.",
};

function findRefusal(zone: ManagedZone | undefined): UpdateProblem | undefined {
  if (zone === undefined || zone.config.type === 'secondary') return notAuthoritative;
  if (zone.frozen) return frozenZone;
  if (zone.serial === undefined) return { rcode: Rcode.servFail, reason: 'the zone is not loaded' };
  return undefined;
}
