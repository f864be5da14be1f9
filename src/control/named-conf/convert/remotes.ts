/** Other servers: `primaries`, `also-notify` and what says with which key or certificate they are spoken to. */
import { isIP } from 'node:net';
import { parseAddress } from '../../../plane/sockets/socket-address.ts';
import { maskOctets, parsePrefix } from '../../access/access-element.ts';
import { didYouMean } from '../../config/nearest-word.ts';
import { ValueProblem } from '../../config/values.ts';
import type { Path } from '../../config/yaml-source.ts';
import type { Token } from '../token.ts';
import type { Argument, Statement } from '../tree.ts';
import { blockOf, findStatement, firstValue, listOf, optionOf, tokenAt } from './arguments.ts';
import type { Conversion } from './conversion.ts';

/** The named lists. */
export function convertRemoteLists(conversion: Conversion): void {
  for (const statement of [...conversion.all('primaries'), ...conversion.all('masters')]) {
    const name = firstValue(statement);
    const path = ['primaries', name.text];
    if (conversion.settings.get(path) !== undefined) {
      conversion.error('NC08', `the list ${name.text} is given twice`, name);
    }
    setRemotes(statement.args, path, name, conversion);
  }
}

/** Set the list of servers among `args` at `path`. */
export function setRemotes(args: readonly Argument[], path: Path, key: Token, conversion: Conversion): void {
  const list = listOf(args);
  if (list === undefined) return;
  for (const word of ['source', 'source-v6']) {
    const source = optionOf(args, word);
    if (source === undefined) continue;
    conversion.warn(
      'NC12',
      `${word} of a list is not obeyed`,
      source,
      'give the zones transfer-source or notify-source',
    );
  }
  const port = optionOf(args, 'port');
  const remotes: unknown[] = [];
  for (const item of list.items) {
    const first = tokenAt(item, 0) ?? key;
    conversion.settings.mark([...path, remotes.length], first);
    if (isIP(first.text) > 0) remotes.push(remote(first, item, port, conversion));
    else if (conversion.hasOwnServers) remotes.push(...namedRemotes(first, conversion, []));
    else remotes.push(first.text);
  }
  conversion.settings.set(path, remotes, key, list.open);
}

/** What a named list has, where its servers may be spoken to with other keys than elsewhere. */
function namedRemotes(name: Token, conversion: Conversion, open: readonly string[]): readonly unknown[] {
  const lists = [...conversion.all('primaries'), ...conversion.all('masters')];
  const found = lists.find((statement) => firstValue(statement).text === name.text);
  // Told where the name is looked for in any case.
  if (found === undefined || open.includes(name.text)) return [name.text];
  const port = optionOf(found.args, 'port');
  return (listOf(found.args)?.items ?? []).flatMap((item) => {
    const first = tokenAt(item, 0) ?? name;
    if (isIP(first.text) > 0) return [remote(first, item, port, conversion)];
    return namedRemotes(first, conversion, [...open, name.text]);
  });
}

function remote(
  address: Token,
  item: readonly Argument[],
  listPort: Token | undefined,
  conversion: Conversion,
): unknown {
  const port = optionOf(item, 'port') ?? listPort;
  const key = optionOf(item, 'key')?.text ?? serverKey(address.text, conversion);
  const tlsName = optionOf(item, 'tls');
  const tls = tlsName === undefined ? undefined : remoteTls(tlsName, conversion);
  return {
    address: address.text,
    ...(port === undefined ? {} : { port: Number(port.text) }),
    ...(key === undefined ? {} : { key }),
    ...(tls === undefined ? {} : { tls }),
  };
}

/** As BIND: without a name or authorities to check it by, the certificate may be any. */
function remoteTls(name: Token, conversion: Conversion): unknown {
  if (name.text === 'none') return undefined;
  if (name.text === 'ephemeral') return 'opportunistic';
  const block = findTls(name, conversion);
  if (block === undefined) return undefined;
  const hostname = findStatement(blockOf(block), 'remote-hostname');
  const caFile = findStatement(blockOf(block), 'ca-file');
  if (hostname === undefined && caFile === undefined) return 'opportunistic';
  return {
    ...(hostname === undefined ? {} : { hostname: firstValue(hostname).text }),
    ...(caFile === undefined ? {} : { 'ca-file': firstValue(caFile).text }),
  };
}

/** The `tls` block of this name; what isn't there is told. */
export function findTls(name: Token, conversion: Conversion): Statement | undefined {
  const blocks = conversion.all('tls');
  const block = blocks.find((statement) => firstValue(statement).text === name.text);
  if (block === undefined) {
    const names = blocks.map((statement) => firstValue(statement).text);
    conversion.error(
      'NC17',
      `undefined tls "${name.text}"`,
      name,
      didYouMean(name.text, names, 'define it with tls NAME { ... };'),
    );
  } else conversion.settings.use(block.keyword);
  return block;
}

/** Of the `server` statement with the longest prefix around the address. */
function serverKey(address: string, conversion: Conversion): string | undefined {
  const octets = parseAddress(address);
  let best: { readonly bits: number; readonly server: Statement } | undefined;
  for (const statement of conversion.servers) {
    const prefix = parsePrefix(firstValue(statement).text);
    if (octets === undefined || prefix instanceof ValueProblem || prefix.octets.length !== octets.length) continue;
    const isInside = maskOctets(octets, prefix.bits).every((octet, i) => octet === prefix.octets[i]);
    if (!isInside || prefix.bits < (best?.bits ?? 0)) continue;
    best = { bits: prefix.bits, server: statement };
  }
  if (best === undefined) return undefined;
  conversion.settings.use(best.server.keyword);
  return keyOf(best.server)?.text;
}

/** BIND has braces there, and takes one. */
function checkKeys(keys: Statement, conversion: Conversion): void {
  const second = tokenAt(listOf(keys.args)?.items[1] ?? [], 0);
  if (second !== undefined) conversion.error('NC05', 'expected one key', second, 'a server has one key');
}

function keyOf(server: Statement): Token | undefined {
  const keys = findStatement(blockOf(server), 'keys');
  if (keys === undefined) return undefined;
  return tokenAt(keys.args, 0) ?? tokenAt(listOf(keys.args)?.items[0] ?? [], 0);
}

/** What else `server` blocks say. */
export function noteServers(servers: readonly Statement[], conversion: Conversion): void {
  for (const server of servers) {
    for (const statement of blockOf(server)) {
      if (!conversion.treat(statement)) continue;
      if (statement.clause.name === 'keys') {
        checkKeys(statement, conversion);
        continue;
      }
      conversion.warn('NC12', `${statement.clause.name} is not obeyed for a single server`, statement.keyword);
    }
  }
}
