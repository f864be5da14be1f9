/** What rndc's words take with one hyphen, and ours with two; `-c` and the like are options of `ringzone ctl` itself. */
const switches: ReadonlySet<string> = new Set([
  '--for',
  '--wait',
  '-adb',
  '-alg',
  '-all',
  '-bad',
  '-cache',
  '-checkds',
  '-clean',
  '-clear',
  '-dump',
  '-expired',
  '-fail',
  '-force',
  '-key',
  '-lifetime',
  '-list',
  '-nsec3param',
  '-p',
  '-remove',
  '-reopen',
  '-roll',
  '-rollover',
  '-serial',
  '-status',
  '-when',
  '-zones',
]);

export function isSwitch(word: string): boolean {
  return switches.has(word);
}
