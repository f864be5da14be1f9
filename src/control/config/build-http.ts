/** Where statistics and the status page are given over HTTP, and to whom. */
import { AccessList } from '../../plane/access/access-list-table.ts';
import { formatListenAddress } from '../../plane/sockets/socket-address.ts';
import type { AclResolver } from '../access/acl-resolver.ts';
import type { HttpConfig, HttpListen } from './config.ts';
import { defaultHttp } from './defaults.ts';
import type { Report } from './report.ts';
import { parseListen, show, ValueProblem } from './values.ts';
import type { Path } from './yaml-source.ts';

/** As it was written: an address, or one with the list of those who may ask. `path` leads to it from `http`. */
export interface ParsedHttpListen {
  readonly listen: HttpListen['address'];
  readonly allow: unknown;
  readonly hosts?: readonly string[];
  readonly path: Path;
}

export const httpPort = 8053;

/** `false`, an address, `{ listen, allow }`, or a list of both. */
export function parseHttp(input: unknown): readonly ParsedHttpListen[] | false | ValueProblem {
  if (input === false || input === 'false') return false;
  const written: readonly unknown[] = Array.isArray(input) ? input : [input];
  const parsed: ParsedHttpListen[] = [];
  for (const [index, place] of written.entries()) {
    const one = parsePlace(place, Array.isArray(input) ? [index] : []);
    if (one instanceof ValueProblem) return one;
    parsed.push(one);
  }
  return parsed.length === 0 ? false : parsed;
}

function parsePlace(input: unknown, path: Path): ParsedHttpListen | ValueProblem {
  if (typeof input === 'string') return withAddress(input, undefined, path);
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    const hint = 'write an address and a port, { listen: "192.0.2.1:8053", allow: [192.0.2.0/24] }, or false';
    return new ValueProblem('CF05', `expected where HTTP is served, found ${show(input)}`, hint);
  }
  const { listen, allow, hosts, ...rest } = input as Readonly<Record<string, unknown>>;
  const [unknown] = Object.keys(rest);
  if (unknown !== undefined)
    return new ValueProblem('CF04', `unknown key ${show(unknown)}`, 'known: listen, allow, hosts');
  const names = hosts === undefined ? undefined : parseHosts(hosts);
  if (names instanceof ValueProblem) return names;
  const place = withAddress(listen, allow, path);
  return place instanceof ValueProblem || names === undefined ? place : { ...place, hosts: names };
}

function withAddress(listen: unknown, allow: unknown, path: Path): ParsedHttpListen | ValueProblem {
  const address = parseListen(listen, httpPort);
  return address instanceof ValueProblem ? address : { listen: address, allow, path };
}

/** Host names as browsers send them: without a port. */
function parseHosts(input: unknown): readonly string[] | ValueProblem {
  const names: readonly unknown[] = Array.isArray(input) ? input : [input];
  const wrong = names.find((name) => typeof name !== 'string' || !/^[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?$/i.test(name));
  if (wrong === undefined) return names.map((name) => String(name).toLowerCase());
  return new ValueProblem('CF05', `expected a host name, found ${show(wrong)}`, 'write hosts: [status.example.com]');
}

/** BIND's rule: without a list everybody may ask who can reach the address. */
export function buildHttp(
  parsed: readonly ParsedHttpListen[] | false | undefined,
  acls: AclResolver,
  report: Report,
): HttpConfig {
  if (parsed === undefined) return defaultHttp;
  if (parsed === false) return { listen: [], isNamed: true };
  const seen = new Set<string>();
  const listen = parsed.map(({ listen: address, allow, hosts, path }) => {
    const text = formatListenAddress(address);
    if (seen.has(text) && address.port !== 0)
      report('error', 'CF16', `http: ${text} is given twice`, ['http', ...path], 'value');
    seen.add(text);
    const list = allow === undefined ? AccessList.any : acls.list(allow, ['http', ...path, 'allow']).id;
    return { address, allow: list, ...(hosts === undefined ? {} : { hosts }) };
  });
  return { listen, isNamed: true };
}
