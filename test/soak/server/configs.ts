/** What the servers of a run are configured to do. */
import type { SoakFolder } from './soak-folder.ts';

export interface SoakPorts {
  readonly port: number;
  readonly primaryPort: number;
  readonly bindPort: number | undefined;
}

/** The server under test. Its bounds on times are short, so that much happens in an hour. */
export function daemonConfig(folder: SoakFolder, ports: SoakPorts, targetPorts: readonly number[]): string {
  const addresses = targetPorts.map((port, index) => `t${index}: "127.0.0.1:${port}"`).join(', ');
  const secondary = (name: string, port: number) =>
    `  ${name}: { type: secondary, primaries: [{ address: 127.0.0.1, port: ${port} }] }`;
  return `listen: ["127.0.0.1:${ports.port}"]
workers: 2
data-dir: ${folder.disk}/data
control: ${folder.in('ctl.sock')}
http: 127.0.0.1:0
allow-new-zones: true
allow-transfer: [127.0.0.1]
notify: explicit
notify-delay: 0s
also-notify: [{ address: 127.0.0.1, port: ${ports.primaryPort} }]
min-refresh-time: 5s
min-retry-time: 2s
max-journal-size: 300k
transfers-per-ns: 10
tcp-idle-timeout: 10s
logging:
  channels:
    file: { file: ${folder.disk}/log/all.log, versions: 3, size: 500k, print-time: true, print-category: true }
  categories: { queries: [file], default: [file] }
querylog: false
zones:
  static.soak: { file: ${folder.in('zones/static.soak.')}, ixfr-from-differences: yes }
  dynamic.soak: { file: ${folder.disk}/zones/dynamic.soak., allow-update: [127.0.0.1] }
  calls.soak:
    file: ${folder.in('zones/calls.soak.')}
    health: { interval: 2s, timeout: 1s, address: { ${addresses} } }
${secondary('upstream.soak', ports.primaryPort)}
${ports.bindPort === undefined ? '' : secondary('bind.soak', ports.bindPort)}
`;
}

/** The one that it transfers a zone from, and that transfers a zone from it. */
export function primaryConfig(folder: SoakFolder, ports: SoakPorts): string {
  return `listen: ["127.0.0.1:${ports.primaryPort}"]
workers: 1
data-dir: ${folder.in('primary-data')}
control: ${folder.in('primary.sock')}
http: false
allow-transfer: [127.0.0.1]
notify: explicit
notify-delay: 0s
min-refresh-time: 5s
min-retry-time: 2s
zones:
  upstream.soak:
    file: ${folder.in('zones/upstream.soak.')}
    ixfr-from-differences: yes
    also-notify: [{ address: 127.0.0.1, port: ${ports.port} }]
  dynamic.soak: { type: secondary, primaries: [{ address: 127.0.0.1, port: ${ports.port} }] }
`;
}
