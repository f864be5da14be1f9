/**
 * What a client is told to call or register with: a SIP or SIPS URI (RFC 3261 §19.1), or a bare domain, which is the same as a SIP URI.
 *
 *     sip:alice@example.com;transport=tcp
 *     sips:example.com
 *     example.com:5060
 */
import { err, ok, type Result } from '../../base/result.ts';
import { formatHost, type Host, isHostProblem, parseAddress, parseHost } from './host.ts';
import type { Transport } from './transport.ts';

export interface SipTarget {
  readonly isSecure: boolean;
  /** As written, escapes and all; `undefined` where there is none. */
  readonly user: string | undefined;
  /** TARGET of RFC 3263 §4: the value of `maddr`, else the URI's host. */
  readonly host: Host;
  readonly port: number | undefined;
  /** The transport that the URI asks for; of a SIPS URI the one that carries TLS. */
  readonly transport: Transport | undefined;
}

export interface TargetProblem {
  readonly message: string;
  readonly hint: string;
}

const example = 'write sip:example.com, sips:alice@example.com, sip:example.com:5060;transport=tcp, or example.com';

export function parseSipTarget(text: string): Result<SipTarget, TargetProblem> {
  const odd = findOddity(text);
  if (odd !== undefined) return err(odd);
  const scheme = /^(sips?):/i.exec(text);
  const isSecure = scheme?.[1]?.toLowerCase() === 'sips';
  const rest = scheme === null ? text : text.slice(scheme[0].length);
  const user = cutUser(rest);
  if (!user.ok) return user;
  // Headers say what the request carries, not where it goes.
  const [beforeHeaders = ''] = user.value.rest.split('?', 1);
  const [hostPort = '', ...parameterTexts] = beforeHeaders.split(';');
  const place = parseHostPort(hostPort);
  if (!place.ok) return place;
  const parameters = parseParameters(parameterTexts);
  if (!parameters.ok) return parameters;
  return build(isSecure, user.value.user, place.value, parameters.value);
}

/** `sip:alice@example.com:5060;transport=tcp`, of what was read. */
export function formatSipTarget({ isSecure, user, host, port, transport }: SipTarget): string {
  const before = `${isSecure ? 'sips' : 'sip'}:${user === undefined ? '' : `${user}@`}`;
  return `${before}${formatHost(host)}${port === undefined ? '' : `:${port}`}${transport === undefined ? '' : `;transport=${transport}`}`;
}

/** What people paste that is no URI, each with its own hint. */
function findOddity(text: string): TargetProblem | undefined {
  if (text === '') return { message: 'the target is empty', hint: example };
  if (/[<>"]/.test(text)) {
    const uri = /<([^>]*)>/.exec(text)?.[1];
    return {
      message: `${quote(text)} is more than a URI`,
      hint: uri === undefined ? example : `give the part in angle brackets: ${uri}`,
    };
  }
  if (/\s/.test(text)) return { message: `${quote(text)} has a blank in it`, hint: example };
  if (/[^\u0021-\u007e]/.test(text)) {
    return {
      message: `${quote(text)} has characters that no URI has`,
      hint: 'write the domain in its ASCII form (xn--...), and others as %XX',
    };
  }
  // Behind `example.com:` stands a port, behind `alice:` of `alice:secret@example.com` a password.
  const scheme = /^([a-z][a-z0-9+-]*):(?!\d+(?:[;?]|$))/i.exec(text)?.[1];
  const isOther = scheme !== undefined && !/^sips?$/i.test(scheme) && parseAddress(text) === undefined;
  if (isOther && (otherSchemes.test(scheme) || !text.includes('@'))) {
    const isTel = scheme.toLowerCase() === 'tel';
    return {
      message: `${quote(text)} is not a SIP URI: its scheme is ${scheme}`,
      hint: isTel ? 'a number is looked up by ENUM (RFC 6116) first; give the SIP URI that it names' : example,
    };
  }
  return undefined;
}

const otherSchemes = /^(tel|mailto|https?|h323|xmpp|im|pres|wss?|urn|dns|callto)$/i;

/** RFC 3261 §25.1: userinfo, its escapes checked. A `;` or `?` before the `@` belongs to the user. */
function cutUser(text: string): Result<{ readonly user: string | undefined; readonly rest: string }, TargetProblem> {
  const at = text.indexOf('@');
  if (at < 0) return ok({ user: undefined, rest: text });
  const user = text.slice(0, at);
  const rest = text.slice(at + 1);
  if (rest.includes('@')) return fail(`${quote(text)} has a second "@"`, 'write an "@" of the user as %40');
  if (user === '') return fail('the user before "@" is empty', 'remove the "@", or write the user before it');
  if (/%(?![0-9a-f]{2})/i.test(user))
    return fail(`"%" in the user ${quote(user)} is not followed by two hex digits`, 'write "%" as %25');
  const bad = /[^a-z0-9\-_.!~*'()%&=+$,;?/:]/i.exec(user)?.[0];
  if (bad !== undefined) return fail(`${quote(bad)} may not stand in a user`, `write it as %${hex(bad)}`);
  return ok({ user, rest });
}

interface Place {
  readonly host: Host;
  readonly port: number | undefined;
}

function parseHostPort(text: string): Result<Place, TargetProblem> {
  const match = /^(\[[^\]]*\]|[^:]*)(?::([^:]*))?$/.exec(text);
  const host = parseHost(match === null ? text : (match[1] as string));
  if (isHostProblem(host)) return fail(host.why, host.hint);
  const portText = match?.[2];
  if (portText === undefined) return ok({ host, port: undefined });
  const port = /^\d{1,5}$/.test(portText) ? Number(portText) : 0;
  if (port >= 1 && port <= 65_535) return ok({ host, port });
  return fail(`port ${quote(portText)} is not a number from 1 to 65535`, 'leave the port away for a look-up by SRV');
}

type Parameters = ReadonlyMap<string, string>;

/** RFC 3261 §19.1.1: any name, in any case, each at most once. */
function parseParameters(texts: readonly string[]): Result<Parameters, TargetProblem> {
  const parameters = new Map<string, string>();
  for (const text of texts) {
    const [name = '', ...values] = text.split('=');
    const key = name.toLowerCase();
    if (!/^[a-z0-9\-_.!~*'()[\]/:&+$%]+$/i.test(name) || values.length > 1) {
      return fail(`${quote(`;${text}`)} is not a parameter`, 'parameters are written ;name=value or ;name');
    }
    if (parameters.has(key))
      return fail(`the parameter ${key} is given twice`, 'give it once (RFC 3261 section 19.1.1)');
    parameters.set(key, values[0] ?? '');
  }
  return ok(parameters);
}

const transportWords = ['udp', 'tcp', 'tls', 'sctp', 'tls-sctp', 'ws', 'wss'] as const satisfies readonly Transport[];

function build(
  isSecure: boolean,
  user: string | undefined,
  place: Place,
  parameters: Parameters,
): Result<SipTarget, TargetProblem> {
  const maddr = parameters.get('maddr');
  const host = maddr === undefined ? place.host : parseHost(maddr);
  if (isHostProblem(host)) return fail(`maddr: ${host.why}`, host.hint);
  const word = parameters.get('transport')?.toLowerCase();
  const written = transportWords.find((transport) => transport === word);
  if (word !== undefined && written === undefined) {
    return fail(
      `transport ${quote(word)} is not one of ${transportWords.join(', ')}`,
      'write ;transport=tcp, or leave it away',
    );
  }
  const transport = isSecure && written !== undefined ? securedTransports[written] : written;
  if (isSecure && written !== undefined && transport === undefined) {
    // RFC 3261 §26.2.2: SIPS means TLS on each hop, which UDP can't carry.
    return fail('a SIPS URI can not be reached over UDP', 'write sip: instead of sips:, or ;transport=tcp');
  }
  return ok({ isSecure, user, host, port: place.port, transport });
}

/** RFC 3261 §26.2.2, RFC 5630 §3.1: `transport` of a SIPS URI names what is below TLS. */
const securedTransports: Readonly<Record<Transport, Transport | undefined>> = {
  udp: undefined,
  tcp: 'tls',
  tls: 'tls',
  sctp: 'tls-sctp',
  'tls-sctp': 'tls-sctp',
  ws: 'wss',
  wss: 'wss',
};

function fail(message: string, hint: string): Result<never, TargetProblem> {
  return err({ message, hint });
}

function quote(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}...` : text);
}

function hex(character: string): string {
  return character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0');
}
