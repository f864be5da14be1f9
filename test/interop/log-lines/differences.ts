/**
 * Where our lines are not BIND's, each with its reason. A line that is in no pattern here must be in both logs; a pattern that
 * no line needs makes the test fail.
 */

export interface Difference {
  /** Whose lines these are: the other one has no such line. */
  readonly of: 'BIND' | 'Ringzone';
  readonly lines: RegExp;
  /** In this step of the scene only. */
  readonly step?: string;
  readonly reason: string;
}

export const differences: readonly Difference[] = [
  {
    of: 'BIND',
    lines:
      /^xfer-in: info: transfer of '\S+' from \S+: Transfer completed: (?:0 messages, .* \(serial 0\)|1 messages, 3 records, 161 bytes, .*)$/,
    reason: 'it says "completed" of transfers that have failed; a reader of logs must be able to trust the word',
  },
  {
    of: 'BIND',
    lines: /^general: (?:error|warning): (?:dns_rdata_fromtext: |dns_master_load: )?[a-z]+\.test:\d+: /,
    reason:
      'one line without a column for the first fault of a master file; ours come in zoneload, for each fault, with column, code and a hint',
  },
  {
    of: 'BIND',
    lines:
      /^general: (?:error|warning): zone [a-z]+\.test\/IN: .*(?:has no (?:REQUIRED GLUE )?address records|is a CNAME)/,
    reason: 'the same of what a zone has in it: ours name the line of the file',
  },
  {
    of: 'Ringzone',
    lines: /^zoneload: (?:error|warning): [a-z]+\.test(?::\d+:\d+)?: (?:error|warning): .* \[Z[FC]\d\d\]$/,
    reason: 'our diagnostics of master files and zones, in the place of the two before',
  },
  {
    of: 'BIND',
    lines: /^zoneload: info: managed-keys-zone: loaded serial 0$/,
    reason: "a resolver's zone of trust anchors; there is none here",
  },
  {
    of: 'Ringzone',
    lines: /^general: warning: \d+ of \d+ zones not loaded: SERVFAIL for these$/,
    reason: 'BIND says "all zones loaded" (next) also where some were not',
  },
  {
    of: 'BIND',
    lines: /^general: notice: all zones loaded$/,
    step: 'start',
    reason: 'said here too, where it is true, as after the reload of this scene',
  },
  {
    of: 'Ringzone',
    lines: /^general: notice: ready$/,
    reason: 'beside "running": it comes when all sockets answer, and has addresses and counts for who reads JSON',
  },
  {
    of: 'Ringzone',
    lines: /^general: notice: command channel listening on control\.sock$/,
    reason: 'BIND says it before its channels are open',
  },
  {
    of: 'BIND',
    lines: /^general: notice: stopping command channel on 127\.0\.0\.1#PORT$/,
    reason: 'its channel has a port',
  },
  {
    of: 'Ringzone',
    lines: /^general: notice: stopping command channel on control\.sock$/,
    reason: 'ours has a path',
  },
  {
    of: 'Ringzone',
    lines: /^zoneload: notice: zone \S+: serial \d+, loaded before, stays in service$/,
    reason: 'what is served after a reload that failed; BIND leaves it to be guessed',
  },
  {
    of: 'Ringzone',
    lines: /^notify: info: zone \S+: notify to \S+ failed: REFUSED$/,
    reason:
      'BIND tells of it at debug 3 only, and a secondary stays behind until its refresh without a word in either log',
  },
  {
    of: 'Ringzone',
    lines: /^update-security: info: client \S+ \S+ ddns-key: update 'broken\.test\/IN' denied$/,
    reason:
      'of a zone that is not loaded BIND says nothing, and answers SERVFAIL; who may update it is known all the same',
  },
  {
    of: 'BIND',
    lines:
      /^zoneload: error: zone dyn\.test\/IN: zone serial \(\d+\) unchanged\. zone may fail to transfer to secondaries\.$/,
    reason: 'a false alarm at thaw: the file is the one that freeze has written',
  },
  {
    of: 'BIND',
    lines: /^zoneload: info: zone dyn\.test\/IN: loaded serial 1[1-9]$/,
    reason: 'the same: a file that is what is served is not loaded again',
  },
  {
    of: 'BIND',
    lines:
      /^(?:general: info: (?:the working directory is now|reading built-in trust anchors|looking for GeoIP2|using default UDP\/IPv4 port range|sizing zone task pool)|network: error: automatic interface scanning terminated)/,
    reason: 'of the inner life of named',
  },
  {
    of: 'Ringzone',
    lines: /^config: info: named\.conf:\d+:\d+: note: .* \[NC\d\d\]$/,
    reason: 'which statements of named.conf have no meaning here',
  },
  {
    of: 'Ringzone',
    lines: /^statistics: info: up \d+ s, /,
    reason: "BIND 8's category and its line of totals, which BIND 9 has no more",
  },
];

/** Parts of lines that differ and must not hide the rest. */
export const rewrites: readonly { readonly part: RegExp; readonly by: string; readonly reason: string }[] = [
  {
    part: /(?<=^xfer-out: .* ended: .*, )\d+ bytes/,
    by: 'OCTETS bytes',
    reason:
      'which names are compressed, and against which case of the question, is left to each server (RFC 1035 §4.1.4)',
  },
  {
    part: /(?<=^xfer-out: warning: )client .*: transfer of '\S+': (?=\w+ request denied: quota reached$)/,
    by: '',
    reason: 'BIND does not tell who was refused what; here it stands in front',
  },
];
