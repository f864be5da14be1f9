/** From a transfer that has come whole to its publication, or to why it is not published. */
import { assert } from '../../base/assert.ts';
import { verifyZonemd } from '../../dnssec/zonemd.ts';
import type { VersionRef, ZoneReader } from '../../store/zone-reader.ts';
import type { BuiltZone } from '../../store/zone-store.ts';
import type { IncomingTransfer } from '../../transfer/in/incoming-transfer.ts';
import type { TransferProblem } from '../../transfer/in/transfer-problem.ts';
import type { SoaTimes } from '../load/soa-times.ts';
import { findSoaTimes } from '../load/soa-times.ts';
import type { ManagedZone, ZoneWriter } from '../load/zone-writer.ts';
import { checkApexSets } from './check-apex-sets.ts';
import { checkChanged, checkNodes } from './check-nodes.ts';
import type { ReceivedZone, WholeZone } from './received-zone.ts';
import type { TransferOpen } from './transfer-messages.ts';

/**
 * What a version that was transferred must fulfil before it is published; each says what is wrong. What only a primary can mend
 * is let through, as BIND does.
 */
const contentChecks: readonly ContentCheck[] = [checkApexSets];

type ContentCheck = (reader: ZoneReader, version: VersionRef) => string | undefined;

/** Resolves to the SOA's timers when it is durable and published. Rejects where there is no room for it. */
export async function publishReceived(
  writer: ZoneWriter,
  open: TransferOpen,
  transfer: IncomingTransfer,
  received: ReceivedZone,
): Promise<SoaTimes | TransferProblem> {
  const { view, class: zoneClass, apex } = open.zone;
  // Built before the zone's turn: nobody has to wait for that.
  const whole = transfer.sequence.form === 'zone' ? received.finishZone() : undefined;
  const zone = writer.find(view, zoneClass, apex);
  if (zone === undefined) {
    if (whole !== undefined) writer.store.discard(whole.built);
    return zoneIsGone;
  }
  let hasBegun = false;
  try {
    return await writer.inTurn(zone, async () => {
      hasBegun = true;
      const current = writer.find(view, zoneClass, apex);
      if (whole !== undefined) return await replace(writer, current, whole, open);
      return await commit(writer, current, received, transfer, open);
    });
  } catch (error) {
    // It goes, and nobody may begin any more.
    if (!hasBegun && whole !== undefined) writer.store.discard(whole.built);
    throw error;
  }
}

async function replace(
  writer: ZoneWriter,
  zone: ManagedZone | undefined,
  { built, nodes }: WholeZone,
  open: TransferOpen,
): Promise<SoaTimes | TransferProblem> {
  const checkOwners: ContentCheck = (reader) => checkNodes(reader, nodes);
  const looked = zone?.config.type === 'secondary' ? look(writer, zone, built, open, checkOwners) : zoneIsGone;
  if (zone === undefined || 'text' in looked) {
    writer.store.discard(built);
    return looked;
  }
  await writer.replace(zone, built, 'transfer');
  return looked;
}

async function commit(
  writer: ZoneWriter,
  zone: ManagedZone | undefined,
  received: ReceivedZone,
  { question }: IncomingTransfer,
  open: TransferOpen,
): Promise<SoaTimes | TransferProblem> {
  if (zone === undefined || zone.config.type !== 'secondary') return zoneIsGone;
  if (zone.serial !== question.fromSerial) return { text: 'the zone has changed meanwhile', next: 'axfr' };
  const derived = received.derive(zone.number);
  if (typeof derived === 'string') return { text: derived, next: 'axfr' };
  const { built, deltas } = derived;
  const looked = look(writer, zone, built, open, (reader) => checkChanged(reader, built.version, deltas));
  if ('text' in looked) {
    writer.store.discard(built);
    return { ...looked, next: 'axfr' };
  }
  await writer.commit(zone, built, deltas, 'transfer');
  return looked;
}

/** What can be wrong with a zone though each of its records is good. */
function look(
  { store }: ZoneWriter,
  { config }: ManagedZone,
  built: BuiltZone,
  { bounds }: TransferOpen,
  checkOwners: ContentCheck,
): SoaTimes | TransferProblem {
  const { reader } = store;
  reader.renew();
  for (const check of [...contentChecks, checkOwners]) {
    const text = check(reader, built.version);
    if (text !== undefined) return { text, next: 'other' };
  }
  if (built.recordCount > bounds.records) return { text: 'too many records', next: 'other' };
  const digest = config.zonemdVerify ? verifyZonemd(reader, built.version) : undefined;
  if (digest?.kind === 'mismatch') return { text: `ZONEMD doesn't match: ${digest.reason}`, next: 'other' };
  const times = findSoaTimes(reader, built.version);
  assert(times !== undefined, 'a version that passed the checks has a SOA');
  return times;
}

const zoneIsGone: TransferProblem = { text: 'the zone is not a secondary any more', next: 'other' };
