import { expect, test } from 'vitest';
import { parseConfig } from '../../../../src/control/config/read-config.ts';
import { AccessLists } from '../../../../src/plane/access/access-lists.ts';
import { Client } from '../../../../src/plane/access/client.ts';

const zones = 'zones: { a.test: { file: a.zone } }\n';

function read(text: string) {
  return parseConfig(zones + text, '/etc/ringzone/ringzone.yaml', { interfaces: {} });
}

/** Addresses, and which of two clients may ask there. */
function places(text: string): readonly string[] {
  const result = read(text);
  if (!result.ok) throw new Error(result.error.map(({ message }) => message).join('\n'));
  const { http, access } = result.value;
  const lists = new AccessLists(access);
  return http.listen.map(({ address, allow }) => {
    const client = new Client();
    client.family = 4;
    const may = [Uint8Array.of(127, 0, 0, 1), Uint8Array.of(192, 0, 2, 7)].map((octets) => {
      client.octets = octets;
      return lists.allows(allow, client);
    });
    return `${address.address} ${address.port} ${may.join(' ')}`;
  });
}

function problems(text: string): readonly string[] {
  const result = read(text);
  return result.ok ? [] : result.error.map(({ line, column, code, message }) => `${line}:${column} ${code} ${message}`);
}

test.each([
  ['', ['127.0.0.1 8053 true true']],
  ['http: false', []],
  ['http: []', []],
  ['http: 192.0.2.1', ['192.0.2.1 8053 true true']],
  ['http: "[::1]:80"', ['::1 80 true true']],
  ['http: { listen: "127.0.0.1:1", allow: [127.0.0.1] }', ['127.0.0.1 1 true false']],
  ['http: { listen: "127.0.0.1:1", allow: none }', ['127.0.0.1 1 false false']],
  [
    'acl: { us: [192.0.2.0/24] }\nhttp: ["127.0.0.1:1", { listen: "127.0.0.2:1", allow: [us] }]',
    ['127.0.0.1 1 true true', '127.0.0.2 1 false true'],
  ],
])('%s', (text, expected) => {
  expect(places(text)).toEqual(expected);
});

test('names by which browsers may ask', () => {
  const result = read('http: ["127.0.0.1:1", { listen: "127.0.0.2:1", hosts: [Status.example.com, dns1] }]');
  expect(result.ok && result.value.http.listen.map(({ hosts }) => hosts)).toEqual([
    undefined,
    ['status.example.com', 'dns1'],
  ]);
});

test('the default need not be had, what is named must be', () => {
  const isNamed = (text: string) => {
    const result = read(text);
    return result.ok && result.value.http.isNamed;
  };
  expect(['', 'http: 127.0.0.1:8053', 'http: false'].map(isNamed)).toEqual([false, true, true]);
});

test.each([
  ['http: true', '2:7 CF05 http: expected where HTTP is served, found true'],
  ['http: localhost:80', '2:7 CF08 http: "localhost:80" is not an address to listen on'],
  ['http: { listen: 127.0.0.1, alow: any }', '2:7 CF04 http: unknown key "alow"'],
  ['http: { allow: any }', '2:7 CF08 http: nothing is not an address to listen on'],
  ['http: [127.0.0.1, "127.0.0.1:8053"]', '2:19 CF16 http: 127.0.0.1:8053 is given twice'],
  ['http: { listen: 127.0.0.1, hosts: ["a:80"] }', '2:7 CF05 http: expected a host name, found "a:80"'],
  ['http: { listen: 127.0.0.1, allow: [us] }', '2:36 CF20 undefined acl "us"'],
])('%s is told of', (text, problem) => {
  expect(problems(text)).toEqual([problem]);
});
