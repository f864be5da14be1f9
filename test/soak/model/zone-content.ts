/** The content of one version of a zone, as the model has it: plain records, looked up in the plainest way. Nothing of the server's. */
export interface ModelRecord {
  /** Lower case, absolute. */
  readonly owner: string;
  /** A mnemonic. */
  readonly type: string;
  readonly ttl: number;
  /** Presentation format, names absolute and in lower case, as `decodeMessage` gives it. */
  readonly rdata: string;
}

/** Immutable. */
export class ZoneContent {
  readonly apex: string;
  readonly serial: number;
  readonly records: readonly ModelRecord[];
  private readonly sets = new Map<string, ModelRecord[]>();
  /** Owners, and the names between them and the apex. */
  private readonly names = new Set<string>();

  /** `apex` with the final dot. The SOA is among the records. */
  constructor(apex: string, records: readonly ModelRecord[]) {
    this.apex = apex;
    this.records = records;
    for (const record of records) {
      const key = keyOf(record.owner, record.type);
      const set = this.sets.get(key);
      if (set === undefined) this.sets.set(key, [record]);
      else set.push(record);
      this.addName(record.owner);
    }
    this.serial = Number(this.set(apex, 'SOA')[0]?.rdata.split(' ')[2]);
  }

  set(owner: string, type: string): readonly ModelRecord[] {
    return this.sets.get(keyOf(owner, type)) ?? [];
  }

  /** Also names that have no records, but other names below them. */
  hasName(name: string): boolean {
    return this.names.has(name);
  }

  /** Of owners at this name and below. */
  get owners(): readonly string[] {
    return [...this.names];
  }

  /** With other records, and under this serial. */
  changed(serial: number, removed: (record: ModelRecord) => boolean, added: readonly ModelRecord[]): ZoneContent {
    const kept = this.records.filter((record) => !removed(record));
    const texts = new Set(kept.map(formatRecord));
    const all = [...kept, ...added.filter((record) => !texts.has(formatRecord(record)))];
    return new ZoneContent(
      this.apex,
      all.map((record) => (record.type === 'SOA' ? withSerial(record, serial) : record)),
    );
  }

  /** For a master file. */
  format(): string {
    return `${this.records.map(formatRecord).join('\n')}\n`;
  }

  private addName(owner: string): void {
    for (let name = owner; !this.names.has(name); name = parentOf(name)) {
      this.names.add(name);
      if (name === this.apex) return;
    }
  }
}

export function formatRecord({ owner, ttl, type, rdata }: ModelRecord): string {
  return `${owner} ${ttl} IN ${type} ${rdata}`;
}

/** The name without its first label. */
export function parentOf(name: string): string {
  const rest = name.slice(name.indexOf('.') + 1);
  return rest === '' ? '.' : rest;
}

function withSerial(soa: ModelRecord, serial: number): ModelRecord {
  const fields = soa.rdata.split(' ');
  fields[2] = String(serial);
  return { ...soa, rdata: fields.join(' ') };
}

function keyOf(owner: string, type: string): string {
  return `${owner} ${type}`;
}
