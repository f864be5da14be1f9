/** The ringzone.yaml of a plan, with comments that teach. */
import { formatListenAddress } from '../../plane/sockets/socket-address.ts';
import type { InitPlan } from './init-plan.ts';

/** Where the server keeps things: of the system, or beside ringzone.yaml for who has no right there. */
export type Places = 'system' | 'beside';

export function formatConfig(plan: InitPlan, zoneFile: string, places: Places): string {
  const { domain, listen, servers, backups } = plan;
  const addresses = listen.map((address) => JSON.stringify(formatListenAddress(address))).join(', ');
  const hasShares = servers.length > 1;
  const hasOthers = servers.length + backups.length > 1;
  return `# What Ringzone serves, and how. Made by \`ringzone init\`; it is yours to edit.
# Every key, its default and an example: docs/configuration.md, man ringzone.yaml. Paths are relative to this file.

# Where questions are answered, over UDP and TCP.${listenComment(plan)}
listen: [${addresses}]

${placesText(places)}
zones:
  ${yamlKey(domain)}:
    file: ${zoneFile}

    # Phones read weights each in their own way: some draw by them, some always take the highest, some take the first record. With
    # rfc2782 each answer is drawn in the order of priorities and weights, so that the first record has its share; shape
    # rewrites the weights too, for fleets of Yealink and Cisco.${hasShares ? '' : ' With one server there is nothing to share.'}
    ${hasShares ? '' : '# '}srv-order: rfc2782

    # Ask the servers themselves (SIP OPTIONS), and name one that is down behind the others.
    # health: { probe: sip-options, interval: 5s, reaction: demote }${hasOthers ? '' : ' # wants a second server'}

    # Secondaries, other DNS servers that keep a copy and answer as well: who may fetch the zone, and who is told of changes.
    # allow-transfer: [192.0.2.54]
    # also-notify: [192.0.2.54]

# The query log, in BIND's form. Without it the server tells on stderr what happens to it, in the journal under systemd.
# logging:
#   channels:
#     log_file: { file: ringzone.log, versions: 3, size: 100M, print-time: true, print-severity: true, print-category: true }
#   categories:
#     { queries: [log_file], default: [log_file] }
`;
}

function listenComment({ listen }: InitPlan): string {
  const isLocal = listen.every(({ address }) => /^(127\.|::1$)/.test(address));
  const isLow = listen.some(({ port }) => port > 0 && port < 1024);
  const local = isLocal
    ? ` These are reached from this machine alone, for a first try.
# For phones: listen: ["0.0.0.0:53", "[::]:53"], all addresses and the port of the DNS.`
    : '';
  const low = isLow
    ? `
# A port below 1024 needs a right: the systemd unit has it, or start as root with the line below.
# user: ringzone`
    : '';
  return `${local}${low}`;
}

function placesText(places: Places): string {
  if (places === 'system') {
    return `# As it is by default:
# data-dir: /var/lib/ringzone                # copies of secondary zones, journals
# control: /run/ringzone/control.sock        # for ringzone ctl
# http: 127.0.0.1:8053                       # metrics, state
`;
  }
  return `# Beside this file, so that it runs without rights. Installed as a service these two lines go: then they are
# /var/lib/ringzone and /run/ringzone/control.sock.
data-dir: data                               # copies of secondary zones, journals
control: control.sock                        # for ringzone ctl
# http: 127.0.0.1:8053                       # metrics, state; that is the default
`;
}

/** A name that YAML would take for a number or a truth value is quoted. */
function yamlKey(domain: string): string {
  return /^[a-z][a-z0-9-]*(\.[a-z0-9-]+)*\.[a-z]+$/.test(domain) ? domain : JSON.stringify(domain);
}
