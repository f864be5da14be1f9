type Values = Readonly<Record<string, unknown>>;

/** Each secret as zeros of its length: still what stands there, and of use to nobody. */
export function maskSecrets(values: Values): Values {
  const { keys, 'cookie-secret': cookies } = values;
  return {
    ...values,
    ...(isMap(keys) ? { keys: maskKeys(keys) } : {}),
    ...(cookies === undefined ? {} : { 'cookie-secret': [cookies].flat().map((secret) => zeros(String(secret))) }),
  };
}

function maskKeys(keys: Values): Values {
  return Object.fromEntries(Object.entries(keys).map(([name, key]) => [name, isMap(key) ? maskKey(key) : key]));
}

function zeros(hex: string): string {
  return '0'.repeat(hex.length);
}

function maskKey(key: Values): Values {
  if (key.secret === undefined) return key;
  const octets = Buffer.from(String(key.secret), 'base64').length;
  return { ...key, secret: Buffer.alloc(octets).toString('base64') };
}

function isMap(value: unknown): value is Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
