/** Other servers: `primaries` and `also-notify`, in place or as named lists. */
import { isIP } from 'node:net';
import { resolve } from 'node:path';
import type { Remote, RemoteTls } from './config.ts';
import { didYouMean, nearestWord } from './nearest-word.ts';
import type { Report } from './report.ts';
import { dnsPort, parseInteger, parseListen, parseText, parseWord, show, ValueProblem } from './values.ts';
import type { Path } from './yaml-source.ts';

/** RFC 7858 §3.1. */
export const dnsOverTlsPort = 853;

export interface RemoteSources {
  /** The `primaries` map at the top: lists by name. */
  readonly lists: Readonly<Record<string, unknown>>;
  readonly hasKey: (name: string) => boolean;
  readonly keyNames: readonly string[];
  readonly folder: string;
  readonly report: Report;
}

const remoteKeys = ['address', 'port', 'key', 'tls'];
const tlsKeys = ['hostname', 'ca-file', 'mode'];
const example =
  '192.0.2.1, "192.0.2.1:5353", { address: 192.0.2.1, port: 5353, key: NAME, tls: true }, or the name of a list under primaries';

export class RemoteBuilder {
  private readonly sources: RemoteSources;
  private readonly open: string[] = [];

  constructor(sources: RemoteSources) {
    this.sources = sources;
  }

  /** Build the named lists, so that faults are told of those too that nothing uses. */
  checkAll(): void {
    for (const [name, list] of Object.entries(this.sources.lists)) this.list(list, ['primaries', name]);
  }

  /** One or a list of servers and names of lists, that stands at `path`; each server once. */
  list(written: unknown, path: Path): readonly Remote[] {
    const remotes = Array.isArray(written)
      ? written.flatMap((item, index) => this.item(item, [...path, index]))
      : this.item(written, path);
    const texts = remotes.map((remote) => JSON.stringify(remote));
    return remotes.filter((_, index) => texts.indexOf(texts[index] as string) === index);
  }

  private item(written: unknown, path: Path): readonly Remote[] {
    if (typeof written === 'string') return this.textItem(written, path);
    if (typeof written === 'object' && written !== null && !Array.isArray(written)) {
      return this.mapItem(written as Readonly<Record<string, unknown>>, path);
    }
    this.error('CF27', `expected a server's address, found ${show(written)}`, path, `write ${example}`);
    return [];
  }

  private textItem(text: string, path: Path): readonly Remote[] {
    if (/^[^\d:[\]][^:\s]*$/.test(text) && isIP(text) === 0) return this.namedList(text, path);
    const remote = parseServer(text);
    if (!(remote instanceof ValueProblem)) return [{ ...remote, key: undefined, tls: undefined }];
    this.error(remote.code, remote.message, path, remote.hint);
    return [];
  }

  private namedList(name: string, path: Path): readonly Remote[] {
    const { lists } = this.sources;
    if (!Object.hasOwn(lists, name)) {
      const hint = didYouMean(name, Object.keys(lists), 'names of hosts are not looked up: write an address');
      this.error('CF27', `undefined list of primaries "${name}"`, path, hint);
      return [];
    }
    if (this.open.includes(name)) {
      this.error('CF22', `primaries ${name} refers to itself: ${[...this.open, name].join(' > ')}`, path);
      return [];
    }
    this.open.push(name);
    const remotes = this.list(lists[name], ['primaries', name]);
    this.open.pop();
    return remotes;
  }

  private mapItem(written: Readonly<Record<string, unknown>>, path: Path): readonly Remote[] {
    this.checkKeys(written, remoteKeys, path);
    const tls = this.tls(written.tls, [...path, 'tls']);
    const defaultPort = tls === undefined ? dnsPort : dnsOverTlsPort;
    const address = parseServer(written.address, defaultPort);
    if (address instanceof ValueProblem) {
      this.error(address.code, address.message, 'address' in written ? [...path, 'address'] : path, address.hint);
      return [];
    }
    const port =
      written.port === undefined ? address.port : this.value(parseInteger(1, 65_535), written.port, [...path, 'port']);
    return [{ address: address.address, port: port ?? defaultPort, key: this.key(written.key, [...path, 'key']), tls }];
  }

  private key(written: unknown, path: Path): string | undefined {
    if (written === undefined) return undefined;
    const { hasKey, keyNames } = this.sources;
    const name = this.value(parseText, written, path);
    if (name !== undefined && !hasKey(name)) {
      this.error('CF21', `undefined key "${name}"`, path, didYouMean(name, keyNames, 'define it under keys'));
    }
    return name;
  }

  /** `true` and `strict` authenticate by the system's authorities, BIND's `ephemeral` and `opportunistic` encrypt only. */
  private tls(written: unknown, path: Path): RemoteTls | undefined {
    if (written === undefined || written === false || written === 'none') return undefined;
    const plain = { hostname: undefined, caFile: undefined };
    if (written === true || written === 'strict') return { ...plain, mode: 'strict' };
    if (written === 'opportunistic' || written === 'ephemeral') return { ...plain, mode: 'opportunistic' };
    if (typeof written !== 'object' || written === null || Array.isArray(written)) {
      const hint = 'write true, opportunistic, or { hostname: ns1.example.com, ca-file: ca.pem }';
      this.error('CF06', `${show(written)} is not a way to use TLS`, path, hint);
      return undefined;
    }
    return this.tlsMap(written as Readonly<Record<string, unknown>>, path);
  }

  private tlsMap(written: Readonly<Record<string, unknown>>, path: Path): RemoteTls {
    this.checkKeys(written, tlsKeys, path);
    const text = (key: string) =>
      written[key] === undefined ? undefined : this.value(parseText, written[key], [...path, key]);
    const caFile = text('ca-file');
    const mode =
      written.mode === undefined
        ? 'strict'
        : this.value(parseWord(['strict', 'opportunistic']), written.mode, [...path, 'mode']);
    return {
      hostname: text('hostname'),
      caFile: caFile === undefined ? undefined : resolve(this.sources.folder, caFile),
      mode: mode ?? 'strict',
    };
  }

  private checkKeys(written: Readonly<Record<string, unknown>>, known: readonly string[], path: Path): void {
    for (const key of Object.keys(written)) {
      if (known.includes(key)) continue;
      const near = nearestWord(key, known);
      const hint = near === undefined ? `known here: ${known.join(', ')}` : `did you mean ${near}?`;
      this.sources.report('error', 'CF04', `unknown key ${show(key)}`, [...path, key], 'key', hint);
    }
  }

  private value<T>(parse: (input: unknown) => T | ValueProblem, written: unknown, path: Path): T | undefined {
    const value = parse(written);
    if (!(value instanceof ValueProblem)) return value;
    this.error(value.code, value.message, path, value.hint);
    return undefined;
  }

  private error(code: Parameters<Report>[1], message: string, path: Path, hint?: string): void {
    this.sources.report('error', code, message, path, 'value', hint);
  }
}

/** An address, or an address and a port. */
function parseServer(written: unknown, defaultPort = dnsPort): { address: string; port: number } | ValueProblem {
  if (written === undefined) return new ValueProblem('CF09', 'a server has no address', `write ${example}`);
  const parsed = parseListen(written, defaultPort);
  if (!(parsed instanceof ValueProblem) && parsed.port > 0) return { address: parsed.address, port: parsed.port };
  return new ValueProblem('CF27', `${show(written)} is not the address of a server`, `write ${example}`);
}
