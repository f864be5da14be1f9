/**
 * Settings of the design that later releases implement. What would change the answers, or protects something, is an
 * error, because a configuration that is silently not obeyed is worse than one that is refused. The rest is a warning.
 */
export interface LaterSetting {
  readonly severity: 'error' | 'warning';
  /** Continues "`key` ...". */
  readonly hint: string;
  /** Values that mean the same as leaving the key out. */
  readonly allowed?: readonly unknown[];
}

const refused = (hint: string, allowed: readonly unknown[] = []): LaterSetting => ({
  severity: 'error',
  hint,
  allowed,
});
const ignored = (hint: string, allowed: readonly unknown[] = []): LaterSetting => ({
  severity: 'warning',
  hint,
  allowed,
});

export const laterSettings: Readonly<Record<string, LaterSetting>> = {
  recursion: refused('Ringzone answers from its own zones only; remove the line or write recursion: false', [
    false,
    'no',
  ]),
  'dnssec-policy': refused('Ringzone serves signed zone files, but does not sign', ['none']),
};

export const laterViewSettings: Readonly<Record<string, LaterSetting>> = {
  'dnssec-policy': refused('Ringzone serves signed zone files, but does not sign', ['none']),
};

export const laterZoneSettings: Readonly<Record<string, LaterSetting>> = {
  publish: refused('it is a word of health: health: { publish: true }', [false]),
  agree: refused('it is a word of health: health: { agree: 2 }', [1]),
  'dnssec-policy': refused('Ringzone serves signed zone files, but does not sign', ['none']),
  journal: ignored('journals lie in data-dir, under names of their own'),
};
