/**
 * Zones that change as zones do: loaded again, changed record by record, taken out and put back, declared and dropped.
 * The first of them stand in a second view too, with other addresses.
 */
import { ZoneState } from '../../../../src/store/zone-reader.ts';
import { type BuiltZone, ZoneStore } from '../../../../src/store/zone-store.ts';
import { type WireName, wireNameFrom } from '../../../../src/wire/name.ts';
import { parseZone } from '../../../../src/zonefile/parse-zone.ts';
import type { ParsedRecord, RecordSink } from '../../../../src/zonefile/record-sink.ts';
import { openFromMemory } from '../../../../src/zonefile/zone-source.ts';
import type { Random } from '../../../interop/differential/random.ts';
import type { ServedZone } from '../../../unit/answer/served.ts';

/** Zones that stand in both views. */
const viewedZones = 2;

interface ChangingZone {
  readonly view: number;
  readonly apex: WireName;
  /** For $ORIGIN. */
  readonly apexText: string;
  readonly text: string;
  /** Records of the last whole load; what changes remove is drawn from them. */
  records: ParsedRecord[];
  /** -1 while it is not declared. */
  number: number;
  isLoaded: boolean;
}

export class ChangingZones {
  readonly store: ZoneStore = ZoneStore.create();
  readonly changeCounts = { load: 0, change: 0, state: 0, declare: 0 };
  private readonly zones: readonly ChangingZone[];

  constructor(served: readonly ServedZone[]) {
    const zones = served.map((zone) => toChanging(zone, 0));
    this.zones = [...zones, ...served.slice(0, viewedZones).map((zone) => toChanging(zone, 1))];
    this.declare(() => true);
    for (const zone of this.zones) if (zone.text !== '') this.load(zone, zone.view);
  }

  /** Change something somewhere. */
  change(random: Random): void {
    const zone = random.pick(this.zones);
    const roll = random.below(100);
    if (roll < 12) this.declareOthers(random);
    else if (zone.number < 0 || zone.text === '') return;
    else if (roll < 20) this.turnState(zone);
    else if (roll < 40 || !zone.isLoaded) this.load(zone, random.below(50));
    else this.changeRecords(zone, random);
    if (random.chance(50)) this.store.reclaim();
  }

  private declareOthers(random: Random): void {
    this.changeCounts.declare++;
    this.declare(() => random.chance(80));
    for (const zone of this.zones) if (zone.number >= 0 && !zone.isLoaded && zone.text !== '') this.load(zone, 0);
  }

  private declare(isWanted: (zone: ChangingZone) => boolean): void {
    const wanted = this.zones.filter(isWanted);
    const numbers = this.store.declareZones(wanted.map(({ view, apex }) => ({ view, class: 1, apex })));
    for (const zone of this.zones) {
      zone.number = numbers[wanted.indexOf(zone)] ?? -1;
      if (zone.number < 0) zone.isLoaded = false;
    }
  }

  private turnState(zone: ChangingZone): void {
    if (zone.records.length === 0 || !zone.isLoaded) return;
    this.changeCounts.state++;
    this.store.setState(zone.number, ZoneState.notLoaded);
    zone.isLoaded = false;
  }

  /** The file read again, its addresses turned by `turn`. */
  private load(zone: ChangingZone, turn: number): void {
    this.changeCounts.load++;
    const builder = this.store.startZone(zone.apex, 1);
    const records: ParsedRecord[] = [];
    const text = zone.text.replace(/\b(192\.0\.2\.)(\d+)\b/g, (_, net, host) => `${net}${(Number(host) + turn) % 250}`);
    parse(zone, text, {
      addRecord(record) {
        records.push(copyOf(record));
        builder.addRecord(record);
      },
    });
    zone.records = records;
    this.publish(zone, builder.finish());
  }

  private changeRecords(zone: ChangingZone, random: Random): void {
    this.changeCounts.change++;
    const change = this.store.startChange(zone.number);
    for (let count = random.between(1, 4); count > 0; count--) {
      const record = random.pick(zone.records);
      const roll = random.below(100);
      if (roll < 30 && record.type !== soaType) change.removeRecord(record);
      else if (roll < 55) change.addRecord(record);
      else parse(zone, randomRecord(random, zone, record), change);
    }
    this.publish(zone, change.finish());
  }

  private publish(zone: ChangingZone, built: BuiltZone): void {
    this.store.publish(zone.number, built);
    zone.isLoaded = true;
  }
}

const soaType = 6;

function toChanging({ apex, text }: ServedZone, view: number): ChangingZone {
  const none = { records: [], number: -1, isLoaded: false };
  return { view, apex: wireNameFrom(apex), apexText: apex, text: text ?? '', ...none };
}

function parse({ apex, apexText }: ChangingZone, text: string, sink: RecordSink): void {
  const open = openFromMemory(new Map([['zone', `$ORIGIN ${apexText}\n${text}`]]));
  parseZone({ file: 'zone', apex, open, sink, onDiagnostic: () => undefined });
}

function copyOf(record: ParsedRecord): ParsedRecord {
  const { owner, ownerOctets, type, class: recordClass, ttlSeconds, rdata, rdataOctets } = record;
  return {
    owner: owner.slice(0, ownerOctets),
    ownerOctets,
    type,
    class: recordClass,
    ttlSeconds,
    rdata: rdata.slice(0, rdataOctets),
    rdataOctets,
  };
}

/** A record at an owner of the zone, below it, or at the wildcard below it: also cuts, aliases, and sets that grow. */
function randomRecord(random: Random, { apexText }: ChangingZone, { owner }: ParsedRecord): string {
  const name = textOf(owner);
  const at = random.pick([name, name, `*.${name}`, `new.${name}`, `a.b.${name}`]);
  const number = random.below(250);
  const data = random.pick([
    `A 192.0.2.${number}`,
    `AAAA 2001:db8::${number}`,
    `TXT "${'long '.repeat(random.below(40))}${number}"`,
    `SRV 0 ${number} 5060 ${name}`,
    `CNAME ${name}`,
    `DNAME ${apexText}`,
    `NS ns${number}.${at.replace('*', 'x')}`,
    `MX ${number} ${name}`,
  ]);
  return `${at} ${random.between(1, 9000)} IN ${data}\n`;
}

/** Each octet as \DDD. */
function textOf(name: Uint8Array): string {
  let text = '';
  for (let at = 0; name[at] !== 0 && at < name.length; at += 1 + (name[at] as number)) {
    const label = name.subarray(at + 1, at + 1 + (name[at] as number));
    text += `${Array.from(label, (octet) => `\\${String(octet).padStart(3, '0')}`).join('')}.`;
  }
  return text === '' ? '.' : text;
}
