/** What dnsperf prints at its end. */

export interface DnsperfResult {
  readonly completed: number;
  readonly lost: number;
  readonly seconds: number;
  readonly meanMs: number;
  /** Of each query, where dnsperf was told to print them (`-v`), else none. */
  readonly latenciesMs: readonly number[];
  /** Responses by the mnemonic of their code. */
  readonly codes: Readonly<Record<string, number>>;
}

/** Throws where the text is not a report with at least one answer. */
export function parseDnsperf(output: string): DnsperfResult {
  const number = (pattern: RegExp): number => Number(pattern.exec(output)?.[1] ?? Number.NaN);
  const result = {
    completed: number(/Queries completed:\s+(\d+)/),
    lost: number(/Queries lost:\s+(\d+)/),
    seconds: number(/Run time \(s\):\s+([\d.]+)/),
    meanMs: number(/Average Latency \(s\):\s+([\d.]+)/) * 1000,
    latenciesMs: parseLatencies(output),
    codes: parseCodes(/Response codes:\s+(.*)/.exec(output)?.[1] ?? ''),
  };
  if (!(result.completed > 0)) throw new Error(`dnsperf had no answer:\n${output}`);
  return result;
}

/** `> NOERROR example.com A 0.000123`. */
function parseLatencies(output: string): number[] {
  return [...output.matchAll(/^> \S+ \S+ \S+ ([\d.]+)$/gm)].map(([, seconds]) => Number(seconds) * 1000);
}

function parseCodes(text: string): Record<string, number> {
  return Object.fromEntries(
    [...text.matchAll(/([A-Z0-9]+) (\d+) \(/g)].map(([, code, count]) => [code, Number(count)]),
  );
}
