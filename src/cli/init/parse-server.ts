/** A server as it is given in an option or an answer: `sip1=192.0.2.11,2001:db8::11,weight 40`. */
import { err, ok, type Result } from '../../base/result.ts';
import { parseListen, ValueProblem } from '../../control/config/values.ts';
import type { Host, SipServer } from './init-plan.ts';
import { isHostName } from './parse-domain.ts';

const serverForms =
  'sip1=192.0.2.11, sip1=192.0.2.11:5062,weight 40, "sip1=192.0.2.11,2001:db8::11" or sip.elsewhere.example';

/** Understand one server. A bare address gets `fallbackName`. The error is a sentence and a hint. */
export function parseServer(text: string, domain: string, fallbackName: string): Result<SipServer, string> {
  const [head = '', ...rest] = text.split(',').map((part) => part.trim());
  const at = head.indexOf('=');
  const isAddress = at < 0 && parseAddress(head) !== undefined;
  const written = isAddress ? fallbackName : at < 0 ? head.replace(/:\d+$/, '') : head.slice(0, at).trim();
  const parts = [isAddress ? head : at < 0 ? '' : head.slice(at + 1).trim(), ...rest].filter((part) => part !== '');
  const outsidePort = at < 0 && !isAddress ? /:(\d+)$/.exec(head)?.[1] : undefined;
  const read = readParts(parts);
  if (!read.ok) return err(`${JSON.stringify(text)}: ${read.error}\nhint: write ${serverForms}`);
  const ports = [...read.value.ports, ...(outsidePort === undefined ? [] : [Number(outsidePort)])];
  const problem = portProblem(ports);
  if (problem !== undefined) return err(`${JSON.stringify(text)}: ${problem}`);
  const host = placeHost(written, read.value.addresses, domain, 'a server');
  if (!host.ok) return host;
  const { weight, tlsPort } = read.value;
  return ok({ ...host.value, port: ports[0], tlsPort, weight });
}

/** A name server: `ns1=192.0.2.53`, or `ns.elsewhere.example`. */
export function parseNameServer(text: string, domain: string, fallbackName: string): Result<Host, string> {
  const server = parseServer(text, domain, fallbackName);
  if (!server.ok) return server;
  const { name, addresses, port, tlsPort, weight } = server.value;
  if ((port ?? tlsPort ?? weight) === undefined) return ok({ name, addresses });
  return err(`${JSON.stringify(text)}: a name server has neither a port nor a weight\nhint: write ns1=192.0.2.53`);
}

interface Parts {
  readonly addresses: string[];
  readonly ports: number[];
  weight: number | undefined;
  tlsPort: number | undefined;
}

function readParts(parts: readonly string[]): Result<Parts, string> {
  const read: Parts = { addresses: [], ports: [], weight: undefined, tlsPort: undefined };
  for (const part of parts) {
    const [, word, digits] = /^(weight|tls-port)[ =](\d{1,5})$/i.exec(part) ?? [];
    const number = Number(digits);
    if (word !== undefined) {
      if (number > 65_535) return err(`${word} ${digits} is above 65535`);
      if (word.toLowerCase() === 'weight') read.weight = number;
      else if (number === 0) return err('there is no port 0');
      else read.tlsPort = number;
      continue;
    }
    const [, kind, value] = /^(weight|tls-port)\b[ =]*(.*)$/i.exec(part) ?? [];
    if (kind !== undefined)
      return err(`${JSON.stringify(value)} is not a ${kind.toLowerCase()}: a whole number up to 65535 is one`);
    const address = parseAddress(part);
    if (address === undefined) return err(`${JSON.stringify(part)} is not an address`);
    if (/^(0\.0\.0\.0|[:0]+)$/.test(address.address)) return err(`nobody can be reached at ${address.address}`);
    read.addresses.push(address.address);
    if (address.port !== 0) read.ports.push(address.port);
  }
  return ok(read);
}

function parseAddress(text: string): { readonly address: string; readonly port: number } | undefined {
  const parsed = parseListen(text, 0);
  return parsed instanceof ValueProblem ? undefined : parsed;
}

function portProblem(ports: readonly number[]): string | undefined {
  if (new Set(ports).size > 1) return 'one server has one port\nhint: give a second port a --server of its own';
  const [port] = ports;
  return port === undefined || (port > 0 && port <= 65_535) ? undefined : 'ports are between 1 and 65535';
}

/** Whose name it is decides whether its addresses stand in this zone, and whether they must. */
function placeHost(written: string, addresses: readonly string[], domain: string, what: string): Result<Host, string> {
  const text = written.toLowerCase();
  const bare = text.replace(/\.$/, '');
  const problem = (message: string, hint: string) => err(`${message}\nhint: ${hint}`);
  if (!isHostName(bare)) {
    return problem(`${JSON.stringify(written)} is not the name of a host`, `write ${serverForms}`);
  }
  if (bare === domain) {
    return problem(
      `${what} can't have the name of the domain itself: clients that find an address there don't ask for SRV`,
      `name it below ${domain}, for example sip1`,
    );
  }
  const isBelow = bare.endsWith(`.${domain}`);
  const isElsewhere = !isBelow && (text.endsWith('.') || (addresses.length === 0 && bare.includes('.')));
  if (isElsewhere || (!isBelow && bare.includes('.'))) {
    if (addresses.length === 0) return ok({ name: `${bare}.`, addresses });
    return problem(`${bare} is not below ${domain}, so its address stands elsewhere`, `write ${bare} alone`);
  }
  const name = isBelow ? bare.slice(0, -domain.length - 1) : bare;
  if (addresses.length > 0) return ok({ name, addresses });
  return problem(`${name} has no address`, `write ${name}=192.0.2.11 with the address at which phones reach it`);
}
