/** Every diagnostic of the configuration: its stable code and what it means. docs/diagnostics.md explains each. */
export const configCodes = {
  CF01: 'the configuration file cannot be read',
  CF02: 'not valid YAML',
  CF03: 'key given twice',
  CF04: 'unknown key',
  CF05: 'wrong kind of value',
  CF06: 'value out of range or not one of those allowed',
  CF07: 'not a duration or a size',
  CF08: 'not an address to listen on',
  CF09: 'required key missing',
  CF10: 'not supported by this release',
  CF11: 'has no effect yet',
  CF12: 'a named.conf, which this release does not read',
  CF13: 'undefined logging channel',
  CF14: 'a logging channel needs exactly one destination',
  CF15: 'not a domain name',
  CF16: 'zone, address or log file given twice',
  CF17: 'unknown logging category',
  CF18: 'nothing to serve',
  CF19: 'a log file with a size and no versions stops at that size',
} as const;

export type ConfigCode = keyof typeof configCodes;
