/** What has gone wrong, and the smallest input that it goes wrong with. */
export interface Failure {
  readonly input: Uint8Array;
  /** Which one it was. */
  readonly execution: number;
  readonly signature: string;
  readonly error: unknown;
}

/** The same for failures that are likely the same: the message without its numbers and texts, and the place in the product. */
export function signatureOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const message = error.message
    .replace(/"[^"]*"|'[^']*'/g, '…')
    .replace(/\d+/g, 'N')
    .slice(0, 100);
  const place = /\/src\/([^\s:)]+):(\d+)/.exec(error.stack ?? '');
  return `${error.name}: ${message}${place === null ? '' : ` (${place[1]}:${place[2]})`}`;
}

const mostTries = 4000;
const mostMs = 10_000;

/** Leave out as much as can be, then make simple what is left. */
export async function minimize(
  input: Uint8Array,
  fails: (candidate: Uint8Array) => Promise<boolean>,
): Promise<Uint8Array> {
  const endMs = performance.now() + mostMs;
  let best = input;
  let tries = 0;
  const attempt = async (candidate: Uint8Array): Promise<boolean> => {
    if (tries++ >= mostTries || performance.now() > endMs || !(await fails(candidate))) return false;
    best = candidate;
    return true;
  };
  for (let size = best.length >> 1; size > 0; size >>= 1) {
    for (let at = 0; at < best.length; ) {
      const candidate = Uint8Array.from([...best.subarray(0, at), ...best.subarray(at + size)]);
      if (!(await attempt(candidate))) at += size;
    }
  }
  for (const simple of [0, 0x61]) {
    for (let at = 0; at < best.length; at++) {
      if (best[at] === 0 || best[at] === simple) continue;
      await attempt(best.with(at, simple));
    }
  }
  return best;
}
