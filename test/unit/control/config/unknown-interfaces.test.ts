import { expect, test } from 'vitest';
import { formatDiagnostic } from '../../../../src/base/diagnostic.ts';
import { parseConfig } from '../../../../src/control/config/read-config.ts';
import { parseNamedConfig } from '../../../../src/control/named-conf/parse-named-config.ts';
import { hostInterfaces, unknownInterfaces } from '../../../../src/plane/sockets/host-interfaces.ts';

/** As of a service that systemd keeps from netlink. */
const denied = (): never => {
  throw Object.assign(new Error('uv_interface_addresses returned Unknown system error 97'), { errno: 97 });
};

function said(text: string): string {
  const result = parseConfig(text, '/ringzone.yaml', { interfaces: hostInterfaces(denied) });
  return (result.ok ? [] : result.error).map(formatDiagnostic).join('\n');
}

function saidOfNamedConf(text: string): readonly string[] {
  const result = parseNamedConfig(text, '/named.conf', { interfaces: unknownInterfaces, chroots: [] });
  return (result.ok ? result.value.warnings : result.error)
    .filter(({ severity }) => severity === 'error')
    .map(({ code, message }) => `${code} ${message}`);
}

test('a host that does not tell its interfaces can be served from', () => {
  expect(hostInterfaces(denied)).toBe(unknownInterfaces);
  expect(hostInterfaces(() => ({}))).not.toBe(unknownInterfaces);
  expect(said('zones: { a.test: { type: secondary, primaries: [192.0.2.1], allow-transfer: [192.0.2.2] } }')).toBe('');
});

test('who asks for its addresses is told', () => {
  const list = (element: string) =>
    `zones: { a.test: { type: secondary, primaries: [192.0.2.1], allow-transfer: ["${element}"] } }`;
  for (const element of ['localnets', '!localhost']) {
    expect(said(list(element))).toContain(
      `error: acl ${element.replace('!', '')}: the system does not tell its addresses [CF20]`,
    );
  }
  expect(said(list('localnets'))).toContain('AF_NETLINK');
});

test('of named.conf only what needs them is refused', () => {
  const zone = 'zone "a.test" { type secondary; primaries { 192.0.2.1; }; };';
  const isTold = (text: string) => saidOfNamedConf(`options { ${text} };\n${zone}`);
  expect(isTold('listen-on { any; };')).toEqual([]);
  expect(isTold('listen-on { 192.0.2.7; };')).toEqual([]);
  expect(isTold('allow-query-on { any; };')).toEqual([]);
  expect(isTold('listen-on { localnets; };')).toContain(
    'NC13 listen-on cannot be obeyed: the system does not tell its addresses',
  );
  expect(isTold('allow-query-on { 192.0.2.7; };')).toContain(
    'NC13 allow-query-on cannot be obeyed: questions would be answered on every address',
  );
});
