import type { LogRingReader } from '../../plane/rings/log-ring.ts';
import type { StoredLogRecord } from '../../plane/rings/log-stored-record.ts';
import type { ChannelWriter } from './channel-writer.ts';
import type { Channels } from './channels.ts';
import { putOctets } from './line-parts.ts';
import { LinePrefix, maxPrefixOctets } from './line-prefix.ts';
import type { LogSeverity } from './logging-config.ts';
import { maxQueryJsonOctets, putQueryJson } from './query-json.ts';
import { putQueryMessage, queryLogLines, viewParts } from './query-line.ts';
import type { NewsGatherer } from './worker-news.ts';

interface Taker {
  readonly writer: ChannelWriter;
  readonly prefix: LinePrefix;
  readonly severity: LogSeverity;
  readonly isJson: boolean;
}

const maxLineOctets = maxPrefixOctets + maxQueryJsonOctets;
const noTakers: readonly Taker[] = [];

/** The way of workers' records to the channels: from a ring's octets to a channel's, without an object or a string per line. */
export class QueryLog {
  /** By kind. */
  private readonly takers: readonly (readonly Taker[])[];
  private readonly views: readonly Uint8Array[];
  private readonly viewNames: readonly string[];
  private readonly news: NewsGatherer | undefined;
  private client: Uint8Array = new Uint8Array(0);
  private readonly take = (record: StoredLogRecord): void => this.write(record);

  /** `viewNames`: of views by their numbers. `news` gets all records too. */
  constructor(channels: Channels, viewNames: readonly string[] = [], news?: NewsGatherer) {
    this.viewNames = viewNames;
    this.news = news;
    this.views = viewParts(viewNames);
    const kinds = 1 + Math.max(...Object.keys(queryLogLines).map(Number));
    this.takers = Array.from({ length: kinds }, (_, kind) => takersOf(channels, kind));
  }

  /** Write all that is in the ring now. Returns how many records. `client` stands first in each line (`clientPart`). */
  drain(reader: LogRingReader, client: Uint8Array): number {
    this.client = client;
    return reader.readStored(this.take);
  }

  private write(record: StoredLogRecord): void {
    const takers = this.takers[record.kind] ?? noTakers;
    for (let i = 0; i < takers.length; i++) this.writeTo(takers[i] as Taker, record);
    this.news?.take(record);
  }

  private writeTo({ writer, prefix, severity, isJson }: Taker, record: StoredLogRecord): void {
    if (!writer.beginLine(severity, record.timeMs)) return;
    const { lines } = writer;
    lines.reserve(maxLineOctets);
    const at = putOctets(lines.octets, lines.length, prefix.at(record.timeMs));
    lines.length = isJson
      ? putQueryJson(lines.octets, at, record, this.client, this.views, this.viewNames)
      : putQueryMessage(lines.octets, at, record, this.client, this.views);
    writer.endLine();
  }
}

function takersOf(channels: Channels, kind: number): readonly Taker[] {
  const line = queryLogLines[kind];
  if (line === undefined) return noTakers;
  const { category, severity } = line;
  return channels.takers(category, severity).map(({ config, writer }) => ({
    writer,
    prefix: new LinePrefix(config, category, severity),
    severity,
    isJson: config.format === 'json',
  }));
}
