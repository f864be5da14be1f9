/** What the steps of one answer share: one object per thread, reset for each message, so that no step makes one. */
import { maxNameOctets } from '../base/limits.ts';
import { defaultAccessTable } from '../plane/access/access-list-table.ts';
import { AccessLists } from '../plane/access/access-lists.ts';
import { Client } from '../plane/access/client.ts';
import type { AnswerSettings } from '../plane/answer-settings.ts';
import { LookupName } from '../store/index/lookup-name.ts';
import type { VersionRef, ZoneReader, ZoneRef } from '../store/zone-reader.ts';
import { Rcode } from '../wire/codes.ts';
import { Request } from '../wire/request.ts';
import { questionPosition, ResponseWriter } from '../wire/response.ts';
import { ApexTemplates } from './apex-templates.ts';
import { FoundName } from './find-name.ts';
import { PendingTargets } from './pending-targets.ts';
import { ProofList } from './proof-list.ts';
import { OrderRules } from './steer/order-rules.ts';
import { Steering } from './steer/steering.ts';
import { TouchedZones } from './touched-zones.ts';
import { WrittenSets } from './written-sets.ts';

export class AnswerContext {
  readonly reader: ZoneReader;
  readonly request: Request = new Request();
  readonly response: ResponseWriter = new ResponseWriter();
  settings: AnswerSettings;

  view = 0;
  overTcp = false;

  /** The name looked for: the question's, or the one to which the last alias led. */
  readonly name: LookupName = new LookupName();
  /** Where that name stands in the response. */
  namePosition: number = questionPosition;
  /** Where it stands uncompressed and in its own case. */
  nameSource: Uint8Array = noOctets;
  nameSourceOffset = 0;
  /** CNAMEs and DNAMEs followed so far. */
  aliasSteps = 0;

  /** The zone that encloses the name, its version of this answer, and what was found of the name in it. */
  zone: ZoneRef = 0 as ZoneRef;
  version: VersionRef = 0 as VersionRef;
  zoneLabels = 0;
  readonly found: FoundName = new FoundName();

  /** For names beside the one looked for: targets, wildcards. */
  readonly other: LookupName = new LookupName();
  readonly foundOther: FoundName = new FoundName();
  /** The target of a DNAME, put together. It is the name looked for from then on. */
  readonly madeName: Uint8Array = new Uint8Array(maxNameOctets + 1);
  /** A name for the moment. */
  readonly scratchName: Uint8Array = new Uint8Array(maxNameOctets + 1);

  /** The zones entered. */
  readonly touched: TouchedZones = new TouchedZones();

  /** RRsets in the response, so that none is written twice. */
  readonly written: WrittenSets = new WrittenSets();
  /** RRsets whose targets' addresses belong in the additional section. */
  readonly pending: PendingTargets = new PendingTargets();
  /** NSEC and NSEC3 records that the authority section must hold. */
  readonly proofs: ProofList = new ProofList();

  /** What answers of a zone end with, when it has been written before. */
  readonly templates: ApexTemplates = new ApexTemplates();

  rcode = 0;
  /** Whether the first owner of the answer is ours (RFC 1034 §6.2.7: AA speaks of it alone). */
  authoritative = false;
  /** Something required did not fit. */
  truncated = false;
  /** Whether the name asked for doesn't exist, and a wildcard stands for it. */
  isFromWildcard = false;
  /** Whether a name in the response, beside the question, has the case in which the question was asked. */
  hasAskedCase = false;
  /** Whether a set of addresses was left out because it stands in the response, or too many do. */
  hasRepeatedSet = false;
  /** Whether the answer holds only what is asked for: no authority, no additional. */
  leavesOutAuthority = false;
  leavesOutAdditional = false;

  /** Who asks; filled by the caller of the answerer for each message. */
  readonly client: Client;
  access: AccessLists;
  /** In what order the records of a set are given, and which. */
  readonly steering: Steering;
  /** A zone on the way is closed to the client. */
  denied = false;

  constructor(reader: ZoneReader, settings: AnswerSettings, client: Client = new Client()) {
    this.reader = reader;
    this.settings = settings;
    this.client = client;
    this.access = new AccessLists(settings.access ?? defaultAccessTable);
    this.steering = new Steering(reader, client, settings.rrsetOrder);
  }

  /** Answer by other settings. */
  apply(settings: AnswerSettings): void {
    this.settings = settings;
    this.access = new AccessLists(settings.access ?? defaultAccessTable);
    this.steering.rules = new OrderRules(settings.rrsetOrder ?? []);
    this.templates.drop();
  }

  /** Forget the message before. The request has been parsed. */
  reset(view: number, overTcp: boolean): void {
    this.view = view;
    this.overTcp = overTcp;
    this.zone = 0 as ZoneRef;
    this.version = 0 as VersionRef;
    this.aliasSteps = 0;
    this.namePosition = questionPosition;
    this.touched.clear(this.reader);
    this.written.clear();
    this.pending.clear();
    this.proofs.clear();
    this.templates.clear();
    this.rcode = Rcode.noError;
    this.authoritative = false;
    this.truncated = false;
    this.isFromWildcard = false;
    this.hasAskedCase = false;
    this.steering.clear();
    this.denied = false;
  }

  /** Look for the valid uncompressed name at `source[offset]` from now on; it stands at `position` in the response. */
  lookFor(source: Uint8Array, offset: number, position: number): void {
    this.name.assign(source, offset);
    this.nameSource = source;
    this.nameSourceOffset = offset;
    this.namePosition = position;
  }

  /** Where the name's suffix of `labels` labels stands in the response, -1 where only a search would tell. */
  suffixPosition(labels: number): number {
    if (labels === this.name.labelCount) return this.namePosition;
    // The question alone is sure to stand there uncompressed.
    return this.aliasSteps === 0 ? questionPosition + this.name.suffixOffset(labels) : -1;
  }
}

const noOctets = new Uint8Array(0);
