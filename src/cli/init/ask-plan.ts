/** The questions of `ringzone init`. Each has a default where there is one, and is asked again where the answer makes no sense. */
import { hostname } from 'node:os';
import type { Result } from '../../base/result.ts';
import { guessAddresses } from './guess-address.ts';
import type { InitOptions } from './init-plan.ts';
import { parseDomain } from './parse-domain.ts';
import { defaultListen, defaultTransports, parseListenOption, parseTransports } from './parse-plan.ts';
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
  const backup = given.backup ?? (await askBackup(interview, parsed.value));
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
      parseServer(text, domain, name),
    );
    if (answer === '') break;
    servers.push(answer);
  }
  if (servers.length < 2 || servers.some((server) => /,\s*weight/i.test(server))) return servers;
  interview.tell('\nTheir shares of the calls, as weights.\n');
  const even = String(Math.round(100 / servers.length));
  const weighted: string[] = [];
  for (const [index, server] of servers.entries()) {
    const weight = await interview.ask(`Weight of ${server}`, even, (text) =>
      parseServer(`${server},weight ${text}`, domain, `sip${index + 1}`),
    );
    weighted.push(`${server},weight ${weight}`);
  }
  return weighted;
}

async function askBackup(interview: Interview, domain: string): Promise<string[]> {
  const answer = await interview.ask('Backup, used when those fail (none: Enter)', '', (text) =>
    parseServer(text, domain, 'backup'),
  );
  return answer === '' ? [] : [answer];
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
      this.tell(`  ${parsed.error.replaceAll('\n', '\n  ')}\n`);
    }
  }
}
