/** Why a listen address could not be opened, in a sentence that names the cure. */
import type { ListenAddress } from '../messages.ts';
import { formatListenAddress } from './socket-address.ts';

export interface ListenError {
  readonly kind: 'in-use' | 'not-permitted' | 'no-such-address' | 'no-such-family' | 'other';
  readonly address: ListenAddress;
  readonly transport: 'udp' | 'tcp';
  /** As the system names it: `EADDRINUSE`. */
  readonly code: string;
  readonly message: string;
}

/** `text` is the system's own word for the error, for codes that have no sentence here. */
export function listenError(
  address: ListenAddress,
  transport: 'udp' | 'tcp',
  code: string,
  text = 'no further explanation',
): ListenError {
  const place = `${formatListenAddress(address)} (${transport.toUpperCase()})`;
  const { kind, cure } = explain(code, address, transport, text);
  return { kind, address, transport, code, message: `cannot listen on ${place}: ${cure} [${code}]` };
}

function explain(
  code: string,
  address: ListenAddress,
  transport: 'udp' | 'tcp',
  text: string,
): { kind: ListenError['kind']; cure: string } {
  switch (code) {
    case 'EADDRINUSE':
      return { kind: 'in-use', cure: explainInUse(address, transport) };
    case 'EACCES':
    case 'EPERM':
      return { kind: 'not-permitted', cure: explainNotPermitted(address) };
    case 'EADDRNOTAVAIL':
      return {
        kind: 'no-such-address',
        cure: 'no interface of this machine has that address now; see "ip address", or listen on 0.0.0.0 or [::]',
      };
    case 'EAFNOSUPPORT':
      return { kind: 'no-such-family', cure: `this machine has no IPv${address.family}; take the address out` };
    case 'EMFILE':
      return { kind: 'other', cure: 'too many open files; raise the limit (LimitNOFILE= in the unit, or ulimit -n)' };
    default:
      return { kind: 'other', cure: text };
  }
}

function explainInUse(address: ListenAddress, transport: 'udp' | 'tcp'): string {
  const letter = transport === 'udp' ? 'u' : 't';
  const suspects =
    address.port === 53
      ? 'often systemd-resolved (DNSStubListener=no frees it), named, dnsmasq or another ringzone'
      : 'often another ringzone';
  return (
    `another program has it, ${suspects}; "ss -l${letter}np sport = :${address.port}" shows which. ` +
    'Stop it, take another port, or replace a running ringzone with --takeover'
  );
}

function explainNotPermitted(address: ListenAddress): string {
  if (address.port >= 1024) return 'the system forbids it (a security module or a firewall of sockets?)';
  return (
    'ports below 1024 need a privilege. Give it by AmbientCapabilities=CAP_NET_BIND_SERVICE in the systemd unit ' +
    'or by "setcap cap_net_bind_service=+ep" on the node binary, start as root with "user:" set, or take another port'
  );
}
