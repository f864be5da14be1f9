/** rndc's words that have nothing to do here, each with the reason. Client and server have this table in common. */
export const refusedWords: Readonly<Record<string, string>> = {
  dumpdb:
    'there is no cache, and zones are shown by other means: `dig ZONE AXFR`, or `ringzone ctl sync` for dynamic ones',
  fetchlimit: 'this server asks nobody: there are no fetches to limit',
  halt: 'it would leave master files behind their journals: `ringzone ctl stop` writes them first',
  loadkeys: 'this server serves signed zones and does not sign: load keys where the zone is signed',
  'managed-keys': 'this server does not validate: it has no trust anchors to manage',
  memprof: 'memory is told by /json/v1/mem of the HTTP server, and by Node with --heap-prof',
  nta: 'this server does not validate: there is nothing to except from it',
  'reset-stats': 'counters only grow, because those who compute rates of them would see a restart: take differences',
  scan: 'addresses are opened at the start: 0.0.0.0 and :: have those that come later; for `localnets` use `ringzone ctl reconfig`',
  secroots: 'this server does not validate: it has no trust anchors to show',
  'serve-stale': 'this server answers from its own zones alone: nothing is stale',
  sign: 'this server serves signed zones and does not sign: sign where the keys are',
  signing: 'this server serves signed zones and does not sign: ask the one that signs',
  skr: 'this server serves signed zones and does not sign: import signed key responses where the keys are',
};

/** Why a word does nothing here; `undefined`: it is none of these. */
export function refusalOf(word: string): string | undefined {
  const lower = word.toLowerCase();
  return Object.hasOwn(refusedWords, lower) ? refusedWords[lower] : undefined;
}
