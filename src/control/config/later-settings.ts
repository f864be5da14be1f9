/**
 * Settings of the design that later releases implement. What would change the answers, or protects something, is an
 * error, because a configuration that is silently not obeyed is worse than one that is refused. The rest is a warning.
 */
export interface LaterSetting {
  readonly severity: 'error' | 'warning';
  /** Continues "`key` ...". */
  readonly hint: string;
  /** Values that mean the same as leaving the key out. */
  readonly allowed?: readonly unknown[];
}

const refused = (hint: string, allowed: readonly unknown[] = []): LaterSetting => ({
  severity: 'error',
  hint,
  allowed,
});
const ignored = (hint: string, allowed: readonly unknown[] = []): LaterSetting => ({
  severity: 'warning',
  hint,
  allowed,
});

const noTransfers = 'this release answers no zone transfers and sends none, so nothing is open that this would close';
const orderAsWritten = 'records are answered in the order of the zone file; write srv-order: zone, or remove the line';
const noHealth =
  'no target is probed, so a dead server would stay in the answers; remove it to serve the zone as written';
const noQueryLists =
  'everybody who reaches the port gets answers; use a packet filter, or listen on an inner address only';

const everywhere: Readonly<Record<string, LaterSetting>> = {
  'srv-order': refused(orderAsWritten, ['zone']),
  health: refused(noHealth, [false, 'none']),
  'allow-query': refused(noQueryLists, ['any']),
  'allow-transfer': ignored(noTransfers, ['none']),
  'also-notify': ignored(noTransfers),
  'allow-notify': ignored(noTransfers),
  notify: ignored(noTransfers, [false, 'no']),
  'allow-update': ignored('this release takes no dynamic updates', ['none']),
};

export const laterSettings: Readonly<Record<string, LaterSetting>> = {
  ...everywhere,
  views: refused(
    'all clients would see the same zones; put the zones of one view under zones and run one server per view',
  ),
  recursion: refused('Ringzone answers from its own zones only; remove the line or write recursion: false', [
    false,
    'no',
  ]),
  'rate-limit': refused('responses are not limited; use a packet filter until a later release does'),
  blackhole: refused('nobody is ignored; use a packet filter'),
  tls: refused('there is no DNS over TLS yet; remove it'),
  'dnssec-policy': refused('Ringzone serves signed zone files, but does not sign', ['none']),
  acl: ignored('no setting of this release uses an address list'),
  keys: ignored('no setting of this release uses a key'),
  control: ignored('there is no control socket yet; SIGHUP reloads, SIGTERM stops', [false]),
  http: ignored('there is no HTTP server yet', [false]),
  resolver: ignored('nothing is looked up elsewhere'),
  peers: ignored('there are no peers yet'),
};

export const laterZoneSettings: Readonly<Record<string, LaterSetting>> = {
  ...everywhere,
  primaries: refused('secondary zones are not supported; give a type: primary zone with its file'),
  owners: refused('answers cannot differ by owner; remove it'),
  publish: refused('no change is published; remove it', [false]),
  agree: refused('there are no peers to agree with; remove it'),
  'update-policy': ignored('this release takes no dynamic updates'),
  'dnssec-policy': refused('Ringzone serves signed zone files, but does not sign', ['none']),
  journal: ignored('there is no journal yet'),
};
