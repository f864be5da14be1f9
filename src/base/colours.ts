/** Whether a stream gets colours, for all that writes them. */

/** What there is to know of a stream: those of a file or a pipe have no `isTTY`. */
export interface MaybeTerminal {
  readonly isTTY?: boolean | undefined;
}

/**
 * Colours on a terminal; elsewhere with FORCE_COLOR, which goes before NO_COLOR as in Node itself. `0` and `false` there, and an empty
 * value of either, are as Node and no-color.org have them. `--no-color` sets NO_COLOR and takes FORCE_COLOR away.
 */
export function hasColours(stream: object, env: Readonly<Record<string, string | undefined>> = process.env): boolean {
  const { FORCE_COLOR: force = '', NO_COLOR: no = '', NODE_DISABLE_COLORS: off = '', TERM: terminal } = env;
  if (force !== '') return force !== '0' && force !== 'false';
  if (no !== '' || off !== '') return false;
  return (stream as MaybeTerminal).isTTY === true && terminal !== 'dumb';
}
