/** What the parts of the parser share while a zone is read. */

import type { Severity } from '../base/diagnostic.ts';
import { maxDiagnostics } from '../base/limits.ts';
import { Class } from '../wire/codes.ts';
import { isAtOrBelow, type WireName } from '../wire/name.ts';
import type { ZoneFileCode } from './codes.ts';
import { CurrentRecord } from './current-record.ts';
import { DoubledOrigin } from './doubled-origin.ts';
import type { EntryLexer } from './entry-lexer.ts';
import type { ParseOptions } from './parse-options.ts';
import type { PlacedRecordSink } from './record-sink.ts';
import { type Place, Reporter } from './reporter.ts';
import { TtlRules } from './ttl-rules.ts';
import { type OpenSource, openFile } from './zone-source.ts';

/** A file being read. */
export interface OpenedFile {
  /** As shown in messages. */
  readonly path: string;
  readonly lexer: EntryLexer;
}

export interface SavedOwner {
  readonly octets: Uint8Array;
  readonly hasOwner: boolean;
  readonly isInZone: boolean;
}

export class ParseState {
  readonly apex: WireName;
  readonly zoneClass: number;
  readonly open: OpenSource;
  readonly sink: PlacedRecordSink;
  readonly chunkOctets: number;
  readonly reporter: Reporter;
  private readonly onBrokenRecord: ParseOptions['onBrokenRecord'];
  readonly record = new CurrentRecord();
  readonly ttl: TtlRules;
  readonly doubledOrigin: DoubledOrigin;
  /** Paths of all files opened. */
  readonly files = new Set<string>();
  recordCount = 0;

  /** What relative names end in. */
  origin: WireName;
  isOriginInZone = true;
  /** `$ORIGIN` has changed since the last owner. */
  isOriginNew = false;
  /** `record.owner` holds an owner; whether that is in the zone. */
  hasOwner = false;
  isOwnerInZone = false;
  /** It has been said that the records here have no owner. */
  hasToldNoOwner = false;

  constructor(options: ParseOptions) {
    this.apex = options.apex;
    this.zoneClass = options.zoneClass ?? Class.in;
    this.open = options.open ?? openFile;
    this.sink = options.sink;
    this.chunkOctets = options.chunkOctets ?? defaultChunkOctets;
    this.reporter = new Reporter(options.onDiagnostic, options.maxDiagnostics ?? maxDiagnostics);
    this.onBrokenRecord = options.onBrokenRecord;
    this.ttl = new TtlRules(options.defaultTtl ?? -1);
    this.doubledOrigin = new DoubledOrigin(options.apex);
    this.origin = options.apex;
  }

  setOrigin(origin: WireName): void {
    this.origin = origin;
    this.isOriginInZone = isAtOrBelow(origin, 0, this.apex);
  }

  /** Keep the owner over an `$INCLUDE`, which may change it. */
  saveOwner(): SavedOwner {
    return {
      octets: this.record.owner.slice(0, this.record.ownerOctets),
      hasOwner: this.hasOwner,
      isInZone: this.isOwnerInZone,
    };
  }

  restoreOwner(owner: SavedOwner): void {
    this.record.owner.set(owner.octets);
    this.record.ownerOctets = owner.octets.length;
    this.hasOwner = owner.hasOwner;
    this.isOwnerInZone = owner.isInZone;
  }

  /** A record of the current owner could not be read; `type` is 0 where it could not be told. */
  noteBroken(type: number): void {
    this.onBrokenRecord?.(this.hasOwner ? this.record.owner : undefined, type);
  }

  /** Records of any owner may be lost. */
  noteLost(): void {
    this.onBrokenRecord?.(undefined, 0);
  }

  /** Report a problem at the octet `at` of the file's current entry. */
  report(severity: Severity, code: ZoneFileCode, file: OpenedFile, at: number, message: string, hint?: string): void {
    this.reporter.report(severity, code, message, hint, (): Place => ({ file: file.path, ...file.lexer.placeOf(at) }));
  }
}

const defaultChunkOctets = 262_144;
