/** What `ringzone resolve` was asked to do: its options, checked. */
import { randomInt } from 'node:crypto';
import { didYouMean } from '../../control/config/nearest-word.ts';
import { parseListen, ValueProblem } from '../../control/config/values.ts';
import type { ListenAddress } from '../../plane/messages.ts';
import type { Profile } from '../../sip/profiles/profile.ts';
import { findProfile, profileNames, profiles } from '../../sip/profiles/table.ts';
import { parseSipTarget, type SipTarget } from '../../sip/target/sip-target.ts';
import { UsageProblem } from '../zone-arguments.ts';
import { type DownServer, parseDown } from './down-servers.ts';
import { findSystemResolver } from './system-resolver.ts';

/** The options as they were written. */
export interface ResolveOptions {
  readonly server?: string | undefined;
  readonly as?: string | undefined;
  readonly calls?: string | undefined;
  readonly down?: readonly string[] | undefined;
  readonly expect?: readonly string[] | undefined;
  readonly cache?: boolean | undefined;
  readonly seed?: string | undefined;
  readonly json?: boolean | undefined;
  readonly plot?: string | undefined;
}

export interface ResolveRequest {
  /** As written. */
  readonly text: string;
  readonly target: SipTarget;
  readonly server: ListenAddress;
  readonly profiles: readonly Profile[];
  readonly calls: number;
  readonly down: readonly DownServer[];
  readonly expected: readonly ExpectedWeight[];
  readonly keepsAnswers: boolean;
  readonly seed: number;
}

/** `--expect HOST=WEIGHT`. */
export interface ExpectedWeight {
  readonly host: string;
  readonly weight: number;
}

const mostCalls = 1_000_000;
const usualProfile = 'rfc';

/** Throws UsageProblem. */
export function parseResolveRequest(text: string, options: ResolveOptions): ResolveRequest {
  const target = parseSipTarget(text);
  if (!target.ok) throw usage(target.error.message, target.error.hint);
  return {
    text,
    target: target.value,
    server: parseServer(options.server),
    profiles: parseProfiles(options.as ?? usualProfile),
    calls: parseNumber('--calls', options.calls ?? '1', 1, mostCalls),
    down: (options.down ?? []).map(parseDown),
    expected: (options.expect ?? []).map(parseExpected),
    keepsAnswers: options.cache ?? false,
    seed: options.seed === undefined ? randomInt(2 ** 31) : parseNumber('--seed', options.seed, 0, 2 ** 32 - 1),
  };
}

function parseServer(text: string | undefined): ListenAddress {
  if (text === undefined) return findSystemResolver();
  const address = parseListen(text);
  if (!(address instanceof ValueProblem) && address.port > 0) return address;
  throw usage(
    `--server: ${JSON.stringify(text)} is not the address of a DNS server`,
    '--server 127.0.0.1:5300, --server 192.0.2.53, --server "[2001:db8::53]:53"',
  );
}

function parseProfiles(text: string): readonly Profile[] {
  if (text === 'all') return profiles;
  return text.split(',').map((name) => {
    const profile = findProfile(name);
    if (profile !== undefined) return profile;
    throw usage(
      `--as: ${JSON.stringify(name)} is not a client that is known`,
      didYouMean(name, profileNames, '').startsWith('did')
        ? didYouMean(name, profileNames, '')
        : `one of ${profileNames.join(', ')}, several with commas between them, or all`,
    );
  });
}

function parseNumber(option: string, text: string, least: number, most: number): number {
  const number = /^\d{1,10}$/.test(text) ? Number(text) : -1;
  if (number >= least && number <= most) return number;
  throw usage(
    `${option}: ${JSON.stringify(text)} is not a whole number from ${least} to ${most}`,
    `${option} ${Math.max(least, 1000)}`,
  );
}

function parseExpected(text: string): ExpectedWeight {
  const match = /^([^=]+)=(\d{1,5})$/.exec(text);
  if (match !== null) return { host: (match[1] as string).toLowerCase(), weight: Number(match[2]) };
  throw usage(
    `--expect: ${JSON.stringify(text)} is not a server and its weight`,
    '--expect sip1.example.com=40 --expect sip2=60',
  );
}

function usage(message: string, hint: string): UsageProblem {
  return new UsageProblem(`error: ${message}\nhint: ${hint}`);
}
