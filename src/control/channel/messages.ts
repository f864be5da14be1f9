/**
 * What client and server of the control channel say to each other: JSON, one object a line, UTF-8. The client sends requests; for
 * each the server says at once that it has it, and then what came of it, however long that takes.
 */

/** Octets of a request, its line's end not counted. */
export const maxRequestOctets = 65_536;

export interface ControlRequest {
  /** The word and what stands behind it, as on a command line. */
  readonly command: readonly string[];
}

export type ControlResponse =
  | {
      readonly ok: true;
      /** For people, without a final line end; may be empty, as with rndc. */
      readonly text: string;
      /** For programs; what is in it depends on the word. */
      readonly data?: unknown;
    }
  | {
      readonly ok: false;
      /** A few words: `dynamic zone`. */
      readonly failure: string;
      /** More lines; may be empty. */
      readonly text: string;
      readonly data?: unknown;
    };

/** The server has the request. */
export const received = { received: true } as const;

export function succeed(text = '', data?: unknown): ControlResponse {
  return { ok: true, text, ...(data === undefined ? {} : { data }) };
}

export function fail(failure: string, text = '', data?: unknown): ControlResponse {
  return { ok: false, failure, text, ...(data === undefined ? {} : { data }) };
}

/** `undefined`: it is none. */
export function parseRequest(line: string): ControlRequest | undefined {
  const value = parseJson(line);
  if (typeof value !== 'object' || value === null || !('command' in value)) return undefined;
  const { command } = value;
  const isCommand = Array.isArray(command) && command.length > 0 && command.every((word) => typeof word === 'string');
  return isCommand ? { command } : undefined;
}

/** `undefined`: it is none. */
export function parseResponse(line: string): ControlResponse | typeof received | undefined {
  const value = parseJson(line) as Partial<Record<string, unknown>> | null | undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  if (value.received === true) return received;
  const isResponse =
    typeof value.text === 'string' && (value.ok === true || (value.ok === false && typeof value.failure === 'string'));
  return isResponse ? (value as unknown as ControlResponse) : undefined;
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
