/** The questions of `ringzone init`. Each has a default where there is one, and is asked again where the answer makes no sense. */
import { hostname } from 'node:os';
import { err, ok, type Result } from '../../base/result.ts';
import { guessAddresses } from './guess-address.ts';
import type { InitOptions, SipServer } from './init-plan.ts';
import { parseDomain } from './parse-domain.ts';
import {
  defaultListen,
  defaultTransports,
  givenTwice,
  parseListenOption,
  parseTransports,
  weightProblem,
} from './parse-plan.ts';
import { parseNameServer, parseServer } from './parse-server.ts';

/** Who is asked. */
export interface Interviewee {
  /** The answer without its line feed; `undefined`: there will be none. */
  ask(question: string): Promise<string | undefined>;
  tell(text: string): void;
}

/** What the options leave open, as options. `undefined`: the answers ended before the questions. */
export async function askPlan(given: InitOptions, interviewee: Interviewee): Promise<InitOptions | undefined> {
  const interview = new Interview(interviewee);
  try {
    return await ask(given, interview);
  } catch (error) {
    if (error instanceof AnswersEnded) return undefined;
    throw error;
  }
}

async function ask(given: InitOptions, interview: Interview): Promise<InitOptions> {
  interview.tell(
    'A zone for SIP: an answer behind each question, Enter for what stands in brackets, Ctrl-D to leave.\n',
  );
  const domain =
    given.domain ??
    (await interview.ask('Domain of the SIP addresses, behind the @', usualDomain(), (text) => parseDomain(text)));
  const parsed = parseDomain(domain);
  // What is wrong with the option is told with all others.
  if (!parsed.ok) return given;
  const server = given.server ?? (await askServers(interview, parsed.value));
  const backup = given.backup ?? (await askBackup(interview, parsed.value, server));
  const transport =
    given.transport ??
    (await interview.ask('Transports: udp, tcp, tls', defaultTransports, (text) => parseTransports(text)));
  const naptr = given.naptr ?? (await askNaptr(interview, transport));
  const listen = given.listen ?? [
    await interview.ask('Answer questions at (for all addresses 0.0.0.0:53)', defaultListen, parseListenOption),
  ];
  const ns = given.ns ?? [
    await interview.ask('Address of this DNS server for others', guessAddresses()[0], (text) =>
      parseNameServer(text, parsed.value, 'ns1'),
    ),
  ];
  return { ...given, domain, server, backup, transport, naptr, listen, ns };
}

async function askServers(interview: Interview, domain: string): Promise<string[]> {
  interview.tell('\nThe SIP servers, each an address, ADDRESS:PORT, NAME=ADDRESS, or the name of a host elsewhere.\n');
  const servers: string[] = [];
  for (;;) {
    const name = `sip${servers.length + 1}`;
    const isFirst = servers.length === 0;
    const question = isFirst ? 'Server 1' : `Server ${servers.length + 1} (none: Enter)`;
    const answer = await interview.ask(question, isFirst ? guessAddresses()[0] : '', (text) =>
      parseAnother(text, domain, name, servers),
    );
    if (answer === '') break;
    servers.push(answer);
  }
  if (servers.length < 2 || servers.some((server) => /,\s*weight/i.test(server))) return servers;
  interview.tell('\nTheir shares of the calls, as weights.\n');
  const even = String(Math.round(100 / servers.length));
  for (;;) {
    const weights: string[] = [];
    for (const [index, server] of servers.entries()) {
      const weight = await interview.ask(`Weight of ${server}`, even, (text) =>
        parseServer(`${server},weight ${text}`, domain, `sip${index + 1}`),
      );
      weights.push(weight);
    }
    const problem = weightProblem(weights.map((weight) => ({ weight: Number(weight) })));
    if (problem === undefined) return servers.map((server, index) => `${server},weight ${weights[index]}`);
    interview.tellProblem(problem);
  }
}

async function askBackup(interview: Interview, domain: string, servers: readonly string[]): Promise<string[]> {
  const answer = await interview.ask('Backup, used when those fail (none: Enter)', '', (text) =>
    parseAnother(text, domain, 'backup', servers),
  );
  return answer === '' ? [] : [answer];
}

/** A server that is none of those before it. */
function parseAnother(
  text: string,
  domain: string,
  fallbackName: string,
  before: readonly string[],
): Result<SipServer, string> {
  const server = parseServer(text, domain, fallbackName);
  if (!server.ok) return server;
  const others = before.flatMap((other, index) => {
    const parsed = parseServer(other, domain, `sip${index + 1}`);
    return parsed.ok ? [parsed.value] : [];
  });
  const [problem] = givenTwice([...others, server.value]);
  return problem === undefined ? ok(server.value) : err(problem);
}

async function askNaptr(interview: Interview, transport: string): Promise<boolean> {
  const chosen = parseTransports(transport);
  if (!chosen.ok || chosen.value.length < 2) return false;
  const usual = chosen.value.includes('tls') ? 'yes' : 'no';
  const answer = await interview.ask('NAPTR records, which tell phones what transports there are', usual, parseYesNo);
  return /^y/i.test(answer);
}

function parseYesNo(text: string): Result<boolean, string> {
  if (/^(y|yes|n|no)$/i.test(text)) return { ok: true, value: /^y/i.test(text) };
  return { ok: false, error: 'write yes or no' };
}

/** The host's own, without its first label. */
function usualDomain(): string {
  const [, ...rest] = hostname().split('.');
  const domain = parseDomain(rest.join('.'));
  return rest.length >= 2 && domain.ok ? domain.value : 'example.com';
}

class AnswersEnded extends Error {}

class Interview {
  private readonly interviewee: Interviewee;

  constructor(interviewee: Interviewee) {
    this.interviewee = interviewee;
  }

  tell(text: string): void {
    this.interviewee.tell(text);
  }

  tellProblem(problem: string): void {
    this.tell(`  ${problem.replaceAll('\n', '\n  ')}\n`);
  }

  /** An answer that `parse` understands; with the default `''` also none. */
  async ask(
    question: string,
    usual: string | undefined,
    parse: (text: string) => Result<unknown, string>,
  ): Promise<string> {
    const shown = usual === undefined || usual === '' ? question : `${question} [${usual}]`;
    for (;;) {
      const written = await this.interviewee.ask(`${shown}: `);
      if (written === undefined) throw new AnswersEnded();
      const answer = written.trim() === '' ? (usual ?? '') : written.trim();
      if (answer === '' && usual === '') return '';
      const parsed = parse(answer);
      if (parsed.ok) return answer;
      this.tellProblem(parsed.error);
    }
  }
}
