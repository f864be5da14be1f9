/** BIND and Ringzone with the same views: inside phones get inside addresses. */
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { findCommand, type Judge, startJudge, writeConfig } from '../lib/judge.ts';

export const keys = {
  inner: 'aW5uZXIgaW5uZXIgaW5uZXIgaW5uZXIgaW5uZXIgaW4=',
  outer: 'b3V0ZXIgb3V0ZXIgb3V0ZXIgb3V0ZXIgb3V0ZXIgb3U=',
  unused: 'dW51c2VkIHVudXNlZCB1bnVzZWQgdW51c2VkIHVudXM=',
} as const;
export type KeyName = keyof typeof keys;

export interface TestView {
  readonly name: string;
  readonly clients?: readonly string[];
  readonly destinations?: readonly string[];
  readonly recursiveOnly?: boolean;
  /** The last octet of the addresses of its phones' servers. */
  readonly octet: number;
  /** Lines of the zone in each server's own language. `PORT` is the server's own one, here and below. */
  readonly bind?: string;
  readonly ringzone?: Readonly<Record<string, unknown>>;
  /** A secondary of `phones.test`; without it the zone is primary. */
  readonly primary?: { readonly port: number | 'PORT'; readonly key: KeyName };
}

export const zoneName = 'phones.test';

export function zoneText(octet: number): string {
  return `$TTL 300
@ SOA ns hostmaster 1 3600 600 86400 60
@ NS ns
ns A 192.0.2.${octet}
_sip._udp SRV 1 60 5060 sip1
_sip._udp SRV 1 40 5060 sip2
sip1 A 10.${octet}.0.1
sip2 A 10.${octet}.0.2
`;
}

const zones = [{ name: zoneName, file: '' }];

export function startBind(views: readonly TestView[], listen: string, more = ''): Promise<Judge | undefined> {
  const configure = (folder: string, port: number) => {
    const list = (name: string, elements: readonly string[] | undefined) =>
      elements === undefined ? '' : `${name} { ${elements.map((element) => `${element};`).join(' ')} };`;
    const path = writeConfig(folder, 'named.conf', [
      `options { directory "${folder}"; ${listen.replaceAll('PORT', String(port))}`,
      '  pid-file none; session-keyfile none; lock-file none; recursion no; dnssec-validation no; notify explicit;',
      '  empty-zones-enable no; allow-transfer { any; }; min-retry-time 1; min-refresh-time 1; notify-delay 0; };',
      'controls { };',
      'logging { channel err { stderr; severity debug 1; print-category yes; print-severity yes; };',
      '  category default { err; }; category queries { err; }; };',
      ...Object.entries(keys).map(([name, secret]) => `key ${name} { algorithm hmac-sha256; secret "${secret}"; };`),
      ...views.map((view) => {
        writeFileSync(join(folder, view.name), zoneText(view.octet));
        const { primary } = view;
        const kind =
          primary === undefined
            ? `type primary; file "${view.name}";`
            : `type secondary; file "${view.name}.copy"; primaries { 127.0.0.1 port ${primary.port} key ${primary.key}; };`;
        return [
          `view ${view.name} {`,
          list('match-clients', view.clients),
          list('match-destinations', view.destinations),
          view.recursiveOnly === true ? 'match-recursive-only yes;' : '',
          `zone ${zoneName} { ${kind} ${view.bind ?? ''} };`,
          '};',
        ]
          .join(' ')
          .replaceAll('PORT', String(port));
      }),
      more,
    ]);
    return ['-f', '-n', '1', '-U', '1', '-c', path];
  };
  return startJudge({ name: 'BIND', command: 'named', configure }, zones);
}

export function startRingzone(views: readonly TestView[], listen: readonly string[]): Promise<Judge | undefined> {
  const configure = (folder: string, port: number) => {
    const text = JSON.stringify({
      listen: listen.map((address) => address.replace('PORT', String(port))),
      workers: 1,
      'data-dir': join(folder, 'data'),
      control: join(folder, 'control.sock'),
      'allow-transfer': ['any'],
      'min-retry-time': '1s',
      'min-refresh-time': '1s',
      notify: 'explicit',
      'notify-delay': '0s',
      keys: Object.fromEntries(
        Object.entries(keys).map(([name, secret]) => [name, { algorithm: 'hmac-sha256', secret }]),
      ),
      logging: {
        channels: {
          err: {
            stderr: true,
            severity: 'debug 1',
            'print-category': true,
            'print-severity': true,
            'print-time': false,
          },
        },
        categories: { default: ['err'], queries: ['err'] },
      },
      views: Object.fromEntries(views.map((view) => [view.name, viewOf(folder, view)])),
    });
    const path = writeConfig(folder, 'ringzone.yaml', [text.replaceAll('"PORT"', String(port))]);
    return [resolve(import.meta.dirname, '../../../bin/ringzone.js'), 'serve', '-c', path];
  };
  return startJudge({ name: 'Ringzone', command: process.execPath, configure }, zones);
}

function viewOf(folder: string, { name, clients, destinations, recursiveOnly, octet, primary, ringzone }: TestView) {
  const file = join(folder, name);
  writeFileSync(file, zoneText(octet));
  const kind =
    primary === undefined
      ? { file }
      : { type: 'secondary', primaries: [{ address: '127.0.0.1', port: primary.port, key: primary.key }] };
  return {
    ...(clients === undefined ? {} : { 'match-clients': clients }),
    ...(destinations === undefined ? {} : { 'match-destinations': destinations }),
    ...(recursiveOnly === undefined ? {} : { 'match-recursive-only': recursiveOnly }),
    zones: { [zoneName]: { ...kind, ...ringzone } },
  };
}

export interface DigQuestion {
  readonly from?: string;
  readonly to?: string;
  readonly key?: KeyName;
  /** Sign with another secret than the server has. */
  readonly isWrong?: boolean;
  readonly name?: string;
  readonly type?: string;
  /** Of dig: `+rec`, `+tcp`, `+opcode=NOTIFY`. */
  readonly flags?: readonly string[];
}

/** Status, flags and the data of the answer, as dig shows them. */
export async function dig(port: number, question: DigQuestion): Promise<string> {
  const { from, to = '127.0.0.1', key, isWrong = false, name = `sip1.${zoneName}`, type = 'A', flags = [] } = question;
  const secret = key === undefined ? '' : isWrong ? keys.unused : keys[key];
  const args = [
    ...(from === undefined ? [] : ['-b', from]),
    `@${to}`,
    ...['-p', String(port), name, type, '+norec', '+nocookie', '+tries=3', '+time=3', '+noall', '+comments', '+answer'],
    ...(key === undefined ? [] : ['-y', `hmac-sha256:${key}:${secret}`]),
    ...flags,
  ];
  const text = await run(findCommand('dig') as string, args);
  const status = /status: (\w+)/.exec(text)?.[1] ?? (text.includes('Transfer failed') ? 'failed' : '');
  const header = /flags: ([a-z ]*);/.exec(text)?.[1] ?? '';
  const extended = /EDE: \d+/.exec(text)?.[0] ?? '';
  const records = text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith(';') && !/\sTSIG\s/.test(line))
    .map((line) => line.replace(/\s+/g, ' '))
    .toSorted();
  return [status, header.trim(), extended, ...records].filter((part) => part !== '').join(' | ');
}

export function run(command: string, args: readonly string[], input = ''): Promise<string> {
  return new Promise((done) => {
    const child = execFile(command, [...args], { encoding: 'utf8' }, (_, stdout, stderr) => done(stdout + stderr));
    child.stdin?.end(input);
  });
}
