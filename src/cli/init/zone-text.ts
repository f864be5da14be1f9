/** The zone file of a plan, with comments that teach. */
import { isIP } from 'node:net';
import type { InitPlan, SipServer, Transport } from './init-plan.ts';
import { hostsOf } from './parse-plan.ts';

/** Equal shares; above 0, which says nothing. */
const usualWeight = 10;
const ports = { udp: 5060, tcp: 5060, tls: 5061 } as const satisfies Record<Transport, number>;
/** RFC 3263 §4.1: TLS is asked for at _sips. */
const owners = { udp: '_sip._udp', tcp: '_sip._tcp', tls: '_sips._tcp' } as const satisfies Record<Transport, string>;
const services = { udp: 'SIP+D2U', tcp: 'SIP+D2T', tls: 'SIPS+D2T' } as const satisfies Record<Transport, string>;
/** What clients should like best first. */
const bySafety: readonly Transport[] = ['tls', 'tcp', 'udp'];

export function srvOwner(plan: InitPlan): string {
  return `${owners[plan.transports[0] ?? 'udp']}.${plan.domain}`;
}

export function formatZone(plan: InitPlan, serial: number): string {
  return [head(plan, serial), addresses(plan), serviceRows(plan), plan.hasNaptr ? naptr(plan) : ''].join('');
}

function head({ domain, nameServers }: InitPlan, serial: number): string {
  const ns = nameServers.map(({ name }) => `${row('', 'IN NS', name)}\n`).join('');
  return `; ${domain}: where phones find their SIP servers. Made by \`ringzone init\`; it is yours to edit.
; A name without a final dot is relative to ${domain}; @ is ${domain} itself; without a name, the one before goes on.
; After a change: raise the serial, then ringzone check and ringzone ctl reload ${domain}.

$TTL 1h
${row('@', 'IN SOA', `${nameServers[0]?.name} hostmaster (`)}
                         ${serial}  ; serial: the date and two digits; raise it with each change
                         1h          ; refresh: how often secondaries look for a new serial
                         10m         ; retry: when the refresh failed
                         2w          ; expire: when a secondary gives up
                         5m )        ; how long "there is no such name" is remembered
${ns}`;
}

function addresses(plan: InitPlan): string {
  const rows = hostsOf(plan).flatMap(({ name, addresses }) =>
    addresses.map((address, index) => row(index === 0 ? name : '', isIP(address) === 6 ? 'IN AAAA' : 'IN A', address)),
  );
  if (rows.length === 0) return '';
  return `
; Addresses. Behind NAT it is the outer address that phones need.
${rows.join('\n')}
`;
}

function serviceRows(plan: InitPlan): string {
  const sets = plan.transports.map((transport) => `\n${srvRows(plan, transport).join('\n')}\n`);
  return `
; Servers: priority, weight, port, name. The lowest priority number goes first; among equal numbers the weights are
; shares. ${backupText(plan)} The short TTL lets a change be seen within minutes.
${sets.join('').slice(1)}`;
}

function backupText({ backups }: InitPlan): string {
  return backups.length === 0
    ? 'A server of a higher number is a backup.'
    : 'The higher number is the backup, asked when all others fail.';
}

function srvRows({ servers, backups, transports }: InitPlan, transport: Transport): string[] {
  const isAlone = transports.length === 1;
  const rows = (list: readonly SipServer[], priority: number) =>
    list.map((server) => {
      const port = portOf(server, transport, isAlone) ?? ports[transport];
      return row(owners[transport], '5m IN SRV', `${priority} ${server.weight ?? usualWeight} ${port} ${server.name}`);
    });
  return [...rows(servers, 0), ...rows(backups, 1)];
}

/** A port that is given is that of UDP and TCP, where one of them is there. */
function portOf({ port, tlsPort }: SipServer, transport: Transport, isAlone: boolean): number | undefined {
  if (transport !== 'tls') return port;
  return tlsPort ?? (isAlone ? port : undefined);
}

function naptr({ transports }: InitPlan): string {
  const rows = bySafety
    .filter((transport) => transports.includes(transport))
    .map((transport, index) => {
      const service = `"${services[transport]}"`.padEnd(10);
      return row('@', 'IN NAPTR', `${10 * (index + 1)} 50 "S" ${service} "" ${owners[transport]}`);
    });
  return `
; Transports: order, preference, flag, service, nothing, where the servers stand. A client takes the lowest order that it can
; do (RFC 3263). Certificates for TLS must be good for the domain itself, not only for the servers' names.
${rows.join('\n')}
`;
}

function row(owner: string, type: string, data: string): string {
  return `${owner.padEnd(11)} ${type.padEnd(9)} ${data}`;
}
