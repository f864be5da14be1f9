import { AccessList, type AccessListId } from '../../plane/access/access-list-table.ts';
import type { AclResolver, ResolvedList } from '../access/acl-resolver.ts';
import type { Place } from '../steering/steering-settings.ts';
import type { RemoteBuilder } from './build-remotes.ts';
import type { Remote } from './config.ts';
import type { Report } from './report.ts';
import type { ParsedConfig, ParsedView, ParsedZone } from './schema.ts';
import type { Path } from './yaml-source.ts';

/** What zones are built with. */
export interface ZoneParts {
  readonly folder: string;
  readonly acls: AclResolver;
  readonly remotes: RemoteBuilder;
  /** Names of the keys as they were written. */
  readonly keyNames: readonly string[];
  readonly hasKey: (name: string) => boolean;
  readonly report: Report;
  /** Where something stands, for what is found out when the zones are there. */
  readonly placeOf: (path: Path, part: 'key' | 'value') => Place;
}

/** The settings that a zone may leave to its view, and that to the top of the file: all have them. */
type Shared = Pick<ParsedZone, keyof ParsedConfig & keyof ParsedView & keyof ParsedZone>;

const listKeys = ['allow-query', 'allow-transfer', 'allow-notify', 'allow-update'] as const;
type ListKey = (typeof listKeys)[number];

/** The settings of one map: its own, else those of the one above. What stands at the top is looked at once for all zones. */
export class InheritedSettings {
  private readonly written: Partial<Shared>;
  private readonly path: Path;
  private readonly parts: ZoneParts;
  private readonly above: InheritedSettings | undefined;
  private readonly lists = new Map<string, ResolvedList>();
  private readonly remoteLists = new Map<string, readonly Remote[]>();

  constructor(written: Partial<Shared>, path: Path, parts: ZoneParts, above?: InheritedSettings) {
    this.written = written;
    this.path = path;
    this.parts = parts;
    this.above = above;
  }

  /** Whether this map, not one above, says something. */
  hasOwn(key: keyof Shared): boolean {
    return this.written[key] !== undefined;
  }

  get<K extends keyof Shared>(key: K): Shared[K] | undefined {
    return this.written[key] ?? this.above?.get(key);
  }

  /** What each place says, this one first, then those above. */
  layers(): readonly { readonly written: Partial<Shared>; readonly path: Path }[] {
    return [{ written: this.written, path: this.path }, ...(this.above?.layers() ?? [])];
  }

  list(key: ListKey): ResolvedList | undefined {
    if (!this.hasOwn(key)) return this.above?.list(key);
    const list = this.lists.get(key) ?? this.parts.acls.list(this.written[key], [...this.path, key]);
    this.lists.set(key, list);
    return list;
  }

  /** Of `allow-transfer` and `require-tls`. */
  allowTransfer(): AccessListId {
    const id = this.list('allow-transfer')?.id ?? AccessList.none;
    return this.get('require-tls') === true ? this.parts.acls.overTls(id) : id;
  }

  remotes(key: 'also-notify'): readonly Remote[] | undefined {
    if (!this.hasOwn(key)) return this.above?.remotes(key);
    const remotes = this.remoteLists.get(key) ?? this.parts.remotes.list(this.written[key], [...this.path, key]);
    this.remoteLists.set(key, remotes);
    return remotes;
  }

  /** Where the key stands, here or above. */
  pathOf(key: keyof Shared): Path {
    return this.hasOwn(key) || this.above === undefined ? [...this.path, key] : this.above.pathOf(key);
  }

  checkAll(): void {
    for (const key of listKeys) this.list(key);
    this.remotes('also-notify');
  }
}
