import { resolve } from 'node:path';
import { writeConfig } from '../../test/interop/lib/judge.ts';
import { hasIpv6, type ServerProgram, type ServerSettings } from './server-program.ts';

const binary = resolve(import.meta.dirname, '../../bin/ringzone.js');

/** The server of this tree as its user runs it, packed. */
export const ringzone: ServerProgram = {
  name: 'Ringzone',
  command: process.execPath,
  settings: 'workers 1, the shipped defaults else',
  versionArguments: [binary, '--version'],
  versionPattern: /(\d\S*)/,
  configure: (folder, port, settings) => configure(1, folder, port, settings),
};

/** Two workers on the one core: what sharing the socket's questions costs. */
export const ringzoneTwo: ServerProgram = {
  ...ringzone,
  name: 'Ringzone of two',
  settings: 'workers 2, else the same',
  configure: (folder, port, settings) => configure(2, folder, port, settings),
};

/** On all addresses: what asking the kernel for the address asked, and waiting on two sockets, cost. */
export const ringzoneOnAll: ServerProgram = {
  ...ringzone,
  name: 'Ringzone on all',
  settings: 'listen on 0.0.0.0 and [::], else the same',
  configure: (folder, port, settings) => configure(1, folder, port, { ...settings, onAllAddresses: true }),
};

/** Each response is debited, and none is held back: what limits cost who is not limited. */
export const ringzoneLimited: ServerProgram = {
  ...ringzone,
  name: 'Ringzone limited',
  settings: 'a rate limit, of which the client is exempt once it is over it, else the same',
  configure: (folder, port, settings) => configure(1, folder, port, { ...settings, responsesPerSecond: 1000 }),
};

/** The same, asked with valid cookies. */
export const ringzoneWithCookies: ServerProgram = {
  ...ringzone,
  name: 'Ringzone cookies',
  settings: 'the same, asked with valid cookies',
  configure: (folder, port, settings) =>
    configure(1, folder, port, { ...settings, responsesPerSecond: 1000 }, [`cookie-secret: ["${benchCookieSecret}"]`]),
};

/** Its SRV in an order by policy. */
export function ringzoneOrdered(order: string): ServerProgram {
  return {
    ...ringzone,
    name: `Ringzone ${order}`,
    settings: `srv-order ${order}, else the same`,
    configure: (folder, port, settings) => configure(1, folder, port, settings, [`srv-order: ${order}`]),
  };
}

function configure(
  workers: number,
  folder: string,
  port: number,
  settings: ServerSettings,
  more: readonly string[] = [],
): readonly string[] {
  const file = writeConfig(folder, 'ringzone.yaml', [
    `listen: [${listAddresses(port, settings)}]`,
    `workers: ${workers}`,
    ...more,
    ...limiting(settings),
    ...logging(folder, settings),
    ...(settings.allowUpdate === true ? [`data-dir: ${folder}/data`] : []),
    'zones:',
    ...settings.zones.flatMap(({ name, file }) => [
      `  ${JSON.stringify(name)}:`,
      '    type: primary',
      `    file: ${file}`,
      ...(settings.allowTransfer === true ? ['    allow-transfer: [127.0.0.1]'] : []),
      ...(settings.allowUpdate === true ? ['    allow-update: [127.0.0.1]'] : []),
    ]),
  ]);
  return [...profiling(settings), binary, 'serve', '-c', file];
}

/** On all of them: as by default, but for the port. */
function listAddresses(port: number, { onAllAddresses }: ServerSettings): string {
  if (onAllAddresses !== true) return `"127.0.0.1:${port}"`;
  return hasIpv6 ? `"0.0.0.0:${port}", "[::]:${port}"` : `"0.0.0.0:${port}"`;
}

/** Cookies are answered by default. */
function limiting({ responsesPerSecond }: ServerSettings): readonly string[] {
  if (responsesPerSecond === undefined) return [];
  return [`rate-limit: { responses-per-second: ${responsesPerSecond}, slip: 2, exempt-clients: [127.0.0.1] }`];
}

/** The secret of its cookies, where the load has one. */
export const benchCookieSecret = '000102030405060708090a0b0c0d0e0f';

function logging(folder: string, { queryLog }: ServerSettings): readonly string[] {
  if (queryLog === undefined) return [];
  return [
    'querylog: true',
    'logging:',
    '  channels:',
    `    queries_file: { file: ${folder}/${queryLog}, severity: info, print-time: true, print-severity: true, print-category: true, format: bind }`,
    '  categories: { queries: [queries_file] }',
  ];
}

function profiling({ profileFolder }: ServerSettings): readonly string[] {
  return profileFolder === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profileFolder}`];
}
