/** The zones that a command is given by hand: `--zone NAME FILE`. */

/** Wrong usage, in a sentence and a hint. */
export class UsageProblem extends Error {
  override readonly name = 'UsageProblem';
}

export interface ZoneArguments {
  /** `NAME`, each with a file in `files`, or `NAME=FILE`. */
  readonly zone?: readonly string[] | undefined;
  readonly files: readonly string[];
}

/** The zones as `serve` takes them, NAME=FILE. Throws UsageProblem; `command` is for its hints. */
export function pairZones({ zone = [], files }: ZoneArguments, command: string): string[] {
  const rest = [...files];
  const pairs = zone.map((name) => {
    if (name.includes('=')) return name;
    const file = rest.shift();
    if (file !== undefined) return `${name}=${file}`;
    throw new UsageProblem(
      `error: no file is given for the zone ${name}\nhint: ringzone ${command} --zone ${name} FILE`,
    );
  });
  if (rest.length === 0) return pairs;
  const [first = ''] = rest;
  throw new UsageProblem(`error: no zone is given for the file ${first}\nhint: ${hintFor(rest, command)}`);
}

/** As their own tools of BIND take them: a configuration alone, a zone's name in front of its file. */
function hintFor([first = '', second]: readonly string[], command: string): string {
  if (/\.(conf|ya?ml)$/.test(first)) return `a configuration is named so: ringzone ${command} -c ${first}`;
  const [name, file] = second === undefined ? ['example.com', first] : [first, second];
  return `name it: ringzone ${command} --zone ${name} ${file}`;
}
