/**
 * BIND's statements as a table, a clause a line: where it may stand, its name, and what follows up to the semicolon.
 *
 *     ovpsm also-notify [port INT] REMOTES
 *     o listen-on+ [port INT] [tls STRING] MATCHES
 *     o heartbeat-interval INT // deprecated
 *
 * Places are letters: T is the file itself, o options, v a view, S a server block, and zones have one for each type, because each knows other
 * options: p primary, s secondary, m mirror, h hint, f forward, r redirect, t static-stub, u stub, d delegation-only, i in-view. `+` means that it may be given several times in one block. The notation of the rest is in
 * notation.ts. Clauses are those of BIND 9.18; those that 9.20 added are marked.
 */
export interface ClauseGroup {
  readonly treatment: Treatment;
  readonly rows: string;
}

/** What becomes of a statement. */
export type Treatment =
  | { readonly kind: 'keep' }
  /** Passed over with a note: it has no meaning here. */
  | { readonly kind: 'note'; readonly reason: string }
  /** Passed over with a warning, because somebody may miss it; not where its value is one of `harmless`. */
  | { readonly kind: 'warn'; readonly reason: string; readonly harmless: readonly string[] }
  /** An error, because passing over it would be dangerous; not where its value is one of `harmless`. */
  | { readonly kind: 'refuse'; readonly reason: string; readonly harmless: readonly string[] };

export const keep: Treatment = { kind: 'keep' };

export function note(reason: string): Treatment {
  return { kind: 'note', reason };
}

export function warn(reason: string, harmless: readonly string[] = []): Treatment {
  return { kind: 'warn', reason, harmless };
}

export function refuse(reason: string, harmless: readonly string[] = []): Treatment {
  return { kind: 'refuse', reason, harmless };
}
