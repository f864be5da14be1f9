/** What an operator has taken out. */
export interface Drain {
  /** Name of the target in presentation format, lower case, without the final dot. */
  readonly name: string;
  /** `undefined`: whatever the port. */
  readonly port: number | undefined;
  /** Milliseconds since 1970; `undefined`: until it is undrained. */
  readonly untilMs: number | undefined;
}

export function isDrained(drains: readonly Drain[], name: string, port: number): boolean {
  return drains.some((drain) => drain.name === name && (drain.port === undefined || drain.port === port));
}

/** `sip1.example.com`, `sip1.example.com:5060`; `undefined`: neither. */
export function parseDrainTarget(
  text: string,
): { readonly name: string; readonly port: number | undefined } | undefined {
  const parts = /^([^\s:]{1,1024}?)\.?(?::(\d{1,5}))?$/.exec(text);
  if (parts === null || parts[1] === undefined) return undefined;
  const port = parts[2] === undefined ? undefined : Number(parts[2]);
  if (port !== undefined && port > 65_535) return undefined;
  return { name: parts[1].toLowerCase(), port };
}

/** The drains with another one; the one before it for the same target ends. */
export function addDrain(drains: readonly Drain[], added: Drain): readonly Drain[] {
  return [...drains.filter(({ name, port }) => name !== added.name || port !== added.port), added];
}

/** Without all that take out this target and port, or this target on any port. */
export function removeDrain(drains: readonly Drain[], name: string, port: number | undefined): readonly Drain[] {
  const isMeant = (drain: Drain) => port === undefined || drain.port === undefined || drain.port === port;
  return drains.filter((drain) => drain.name !== name || !isMeant(drain));
}
