/** `listen-on` and `listen-on-v6`: addresses, or lists that the addresses of this host's interfaces are held against. */
import { isIP } from 'node:net';
import { interfacesHint, unknownInterfaces } from '../../../plane/sockets/host-interfaces.ts';
import { maskOctets, type Prefix, parseAccessElement } from '../../access/access-element.ts';
import { localAddresses, localNetworks } from '../../access/local-networks.ts';
import { dnsOverTlsPort } from '../../config/build-remotes.ts';
import { defaultListen } from '../../config/defaults.ts';
import { dnsPort, ValueProblem } from '../../config/values.ts';
import { isSymbol, type Token } from '../token.ts';
import type { Argument, Statement } from '../tree.ts';
import { blockOf, findStatement, firstValue, listOf, optionOf, textOf, tokenAt } from './arguments.ts';
import type { Conversion } from './conversion.ts';
import { findTls } from './remotes.ts';

type Items = readonly (readonly Argument[])[];

/** `statements`: those of options. Without any of them the defaults of both languages are the same. */
export function convertListen(statements: readonly Statement[], conversion: Conversion): void {
  const named = statements.filter(({ clause }) => /^listen-on(-v6)?$/.test(clause.name));
  const port = findStatement(statements, 'port');
  const [first = port] = named;
  if (first === undefined) return;
  const plain: Place[] = [];
  const overTls: Place[] = [];
  for (const family of [4, 6] as const) {
    const ofFamily = named.filter(({ clause }) => clause.name === (family === 4 ? 'listen-on' : 'listen-on-v6'));
    if (ofFamily.length > 0) continue;
    const otherwise = defaultListen().filter((listen) => listen.family === family);
    const number = port === undefined ? dnsPort : Number(firstValue(port).text);
    plain.push(...otherwise.map(({ address }) => ({ text: written(address, number), token: first.keyword })));
  }
  for (const statement of named) listen(statement, statements, plain, overTls, conversion);
  const { settings } = conversion;
  setPlaces(['listen'], plain, first.keyword, conversion);
  if (overTls.length === 0) return;
  setPlaces(['tls', 'listen'], overTls, first.keyword, conversion);
  settings.mark(['tls'], first.keyword);
}

interface Place {
  readonly text: string;
  readonly token: Token;
}

function setPlaces(path: readonly string[], places: readonly Place[], key: Token, { settings }: Conversion): void {
  const different = places.filter(({ text }, index) => places.findIndex((other) => other.text === text) === index);
  const texts = different.map(({ text }) => text);
  settings.set(path, texts, key);
  for (const [index, { token }] of different.entries()) settings.mark([...path, String(index)], token);
}

function listen(
  statement: Statement,
  options: readonly Statement[],
  plain: Place[],
  overTls: Place[],
  conversion: Conversion,
): void {
  const { args, keyword } = statement;
  for (const [word, what] of [
    ['http', 'DNS over HTTPS is not served'],
    ['proxy', 'the PROXY protocol is not understood'],
  ]) {
    const token = optionOf(args, word as string);
    if (token !== undefined)
      conversion.error('NC13', `${word} cannot be obeyed: ${what}`, token, 'remove the statement');
  }
  const tls = optionOf(args, 'tls');
  const isTls = tls !== undefined && tls.text !== 'none';
  const defaultPort = findStatement(options, isTls ? 'tls-port' : 'port');
  const portToken = optionOf(args, 'port') ?? (defaultPort === undefined ? undefined : firstValue(defaultPort));
  const port = portToken === undefined ? (isTls ? dnsOverTlsPort : dnsPort) : Number(portToken.text);
  if (isTls) certificate(tls, conversion);
  const family = keyword.text.toLowerCase() === 'listen-on' ? 4 : 6;
  for (const { text, token } of addressesOf(statement, family, conversion)) {
    (isTls ? overTls : plain).push({ text: written(text, port), token });
  }
}

function written(address: string, port: number): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

/** This server has one certificate. */
function certificate(name: Token, conversion: Conversion): void {
  const { settings } = conversion;
  const isEphemeral = name.text === 'ephemeral';
  const block = isEphemeral ? undefined : findTls(name, conversion);
  if (!isEphemeral && block === undefined) return;
  const authorities = block && findStatement(blockOf(block), 'ca-file');
  if (authorities !== undefined) {
    const message =
      'ca-file cannot be obeyed where this server is asked: clients without a certificate would be served too';
    conversion.error('NC13', message, authorities.keyword, 'remove it to serve all clients');
  }
  const file = (key: string) => block && findStatement(blockOf(block), key);
  const wanted = isEphemeral
    ? [['ephemeral', true] as const]
    : ['cert-file', 'key-file'].map((key) => {
        const statement = file(key);
        return [key, statement === undefined ? undefined : firstValue(statement).text] as const;
      });
  for (const [key, value] of wanted) {
    const before = settings.get(['tls', key]);
    const other = settings.get(['tls', isEphemeral ? 'cert-file' : 'ephemeral']);
    if (other !== undefined || (before !== undefined && before !== value)) {
      conversion.error('NC13', 'a second certificate cannot be had', name, 'name the same tls in all listen-on');
    } else if (value === undefined) {
      conversion.error('NC09', `tls ${name.text} has no ${key}`, name, 'a server needs cert-file and key-file');
    } else settings.set(['tls', key], value, name);
  }
}

function addressesOf(statement: Statement, family: 4 | 6, conversion: Conversion): readonly Place[] {
  const { args, keyword } = statement;
  const items = listOf(args)?.items ?? [];
  if (isAnyList(items, keyword)) return [{ text: family === 4 ? '0.0.0.0' : '::', token: keyword }];
  const literal = items.map((item) => tokenAt(item, 0));
  if (literal.every((token) => token !== undefined && isIP(token.text) === family)) {
    return literal.flatMap((token) => (token === undefined ? [] : [{ text: token.text, token }]));
  }
  if (conversion.interfaces === unknownInterfaces) {
    const message = `${keyword.text} cannot be obeyed: the system does not tell its addresses`;
    conversion.error('NC13', message, keyword, interfacesHint);
  }
  const addresses = localAddresses(conversion.interfaces).filter((address) => address.family === family);
  return addresses
    .filter((address) => allows(address, items, conversion, []) === true)
    .map(({ octets }) => ({ text: formatAddress(octets), token: keyword }));
}

/** Whether an address match list is `{ any; }`, for which nobody need know the host's addresses. */
export function isAnyList(items: Items, open: Token): boolean {
  return textOf([{ kind: 'list', open, items }]) === '{any}';
}

/** Whether an address match list allows an address of this host. */
export function allowsAddress(address: Prefix, items: Items, conversion: Conversion): boolean {
  return allows(address, items, conversion, []) === true;
}

/** As the first element that matches says; `undefined`: none does. */
function allows(address: Prefix, items: Items, conversion: Conversion, open: readonly string[]): boolean | undefined {
  for (const item of items) {
    const isNegated = item.filter((argument) => argument.kind === 'token' && isSymbol(argument.token, '!')).length % 2;
    const isMatch = matches(address, item, conversion, open);
    if (isMatch) return isNegated === 0;
  }
  return undefined;
}

function matches(address: Prefix, item: readonly Argument[], conversion: Conversion, open: readonly string[]): boolean {
  const list = listOf(item);
  if (list !== undefined) return allows(address, list.items, conversion, open) === true;
  const token = item
    .map((argument) => (argument.kind === 'token' ? argument.token : undefined))
    .find((found) => found && !isSymbol(found, '!'));
  const element = token === undefined ? undefined : parseAccessElement(token.text);
  if (token === undefined || element === undefined) return false;
  if (element instanceof ValueProblem) {
    conversion.error('NC05', element.message, token, element.hint);
    return false;
  }
  switch (element.kind) {
    case 'any':
      return true;
    case 'prefix':
      return isInside(address, element);
    case 'localhost':
      return localAddresses(conversion.interfaces).some((prefix) => isInside(address, prefix));
    case 'localnets':
      return localNetworks(conversion.interfaces).some((prefix) => isInside(address, prefix));
    case 'acl': {
      const acl = conversion.all('acl').find((statement) => firstValue(statement).text === element.name);
      if (acl === undefined) conversion.error('NC17', `undefined acl "${element.name}"`, token);
      if (acl === undefined || open.includes(element.name)) return false;
      return allows(address, listOf(acl.args)?.items ?? [], conversion, [...open, element.name]) === true;
    }
    default:
      return false;
  }
}

function isInside(address: Prefix, prefix: Prefix): boolean {
  return (
    address.family === prefix.family &&
    maskOctets(address.octets, prefix.bits).every((octet, i) => octet === prefix.octets[i])
  );
}

function formatAddress(octets: Uint8Array): string {
  if (octets.length === 4) return octets.join('.');
  return Array.from({ length: 8 }, (_, i) =>
    (((octets[2 * i] ?? 0) << 8) | (octets[2 * i + 1] ?? 0)).toString(16),
  ).join(':');
}
