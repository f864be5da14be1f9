/** Reads Prometheus' text format as its specification says, strictly. */
export interface ReadFamily {
  readonly type: string;
  readonly help: string;
  /** By name and labels, as written. */
  readonly samples: Map<string, number>;
}

const sampleLine = /^([a-z0-9_]+)(?:\{((?:[a-z_]+="(?:[^"\\\n]|\\[\\"n])*",?)+)\})? (\S+)$/;

/** Throws where a line is wrong, a series stands twice, or the lines of a family are not together. */
export function readExposition(text: string): ReadonlyMap<string, ReadFamily> {
  const families = new Map<string, ReadFamily>();
  let help: readonly [string, string] | undefined;
  let current: readonly [string, ReadFamily] | undefined;
  if (!text.endsWith('\n')) throw new Error('the last line has no end');
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const comment = /^# (HELP|TYPE) ([a-z0-9_]+) (.*)$/.exec(line);
    if (comment?.[1] === 'HELP') {
      help = [comment[2] ?? '', comment[3] ?? ''];
    } else if (comment?.[1] === 'TYPE') {
      const name = comment[2] ?? '';
      if (help?.[0] !== name || families.has(name)) throw new Error(`${name}: HELP and TYPE once, one after the other`);
      current = [name, { type: comment[3] ?? '', help: help[1], samples: new Map() }];
      families.set(...current);
    } else addSample(line, current);
  }
  return families;
}

function addSample(line: string, current: readonly [string, ReadFamily] | undefined): void {
  const [, name = '', labels = '', value = ''] = sampleLine.exec(line) ?? [];
  if (current === undefined || name === '') throw new Error(`not a sample: ${line}`);
  const [family, { type, samples }] = current;
  const suffix = name.slice(family.length);
  const isOfFamily =
    name.startsWith(family) && (suffix === '' || (type === 'histogram' && /^_(bucket|sum|count)$/.test(suffix)));
  const series = labels === '' ? name : `${name}{${labels}}`;
  if (!isOfFamily || samples.has(series)) throw new Error(`out of place, or twice: ${line}`);
  // prom-client writes `Nan`, which Prometheus (Go's ParseFloat) reads in any case.
  if (!/^(-?\d+(\.\d+)?(e[+-]?\d+)?|Na[Nn]|\+Inf|-Inf)$/.test(value)) throw new Error(`no number: ${line}`);
  samples.set(series, Number(value));
}
