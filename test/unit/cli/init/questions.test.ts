/** The questions of `ringzone init`, with answers that are written down here. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { askPlan, type Interviewee } from '../../../../src/cli/init/ask-plan.ts';
import { firstSerial } from '../../../../src/cli/init/first-serial.ts';
import { parsePlan } from '../../../../src/cli/init/parse-plan.ts';
import { Terminal } from '../../../../src/cli/init/terminal.ts';

/** Somebody who gives these answers, and sees them in the transcript. */
function person(answers: readonly string[]): Interviewee & { transcript: string } {
  const rest = [...answers];
  return {
    transcript: '',
    ask(question) {
      const answer = rest.shift();
      this.transcript += `${question}${answer ?? ''}\n`;
      return Promise.resolve(answer);
    },
    tell(text) {
      this.transcript += text;
    },
  };
}

test('the conversation of docs/first-hour.md', async () => {
  const guide = readFileSync(join(import.meta.dirname, '../../../../docs/first-hour.md'), 'utf8');
  const shown = /```text\n(A zone for SIP[^`]*)```/.exec(guide)?.[1] ?? '';
  const answers = ['192.0.2.11', '192.0.2.12', '', '40', '60', '192.0.2.13', '', '', '', '192.0.2.53'];
  const reader = person(['example.com', ...answers]);
  const options = await askPlan({}, reader);
  // What is guessed is this host's.
  const masked = (text: string) => text.replace(/^(Domain .*|Server 1 |Address .*) \[.*?\]/gm, '$1 [GUESS]');
  expect(masked(reader.transcript)).toBe(masked(shown));
  expect(options).toEqual({
    domain: 'example.com',
    server: ['192.0.2.11,weight 40', '192.0.2.12,weight 60'],
    backup: ['192.0.2.13'],
    transport: 'udp,tcp',
    naptr: false,
    listen: ['127.0.0.1:5300'],
    ns: ['192.0.2.53'],
  });
  expect(parsePlan(options ?? {})).toMatchObject({ ok: true });
});

test('what makes no sense is asked again, with the reason', async () => {
  const reader = person([
    'a b',
    'a.test',
    '1.2.3.400',
    '192.0.2.1',
    '',
    '',
    'sctp',
    'udp,tls',
    'maybe',
    'y',
    'nowhere',
    '',
    '',
  ]);
  const options = await askPlan({}, reader);
  expect(options).toMatchObject({ domain: 'a.test', server: ['192.0.2.1'], transport: 'udp,tls', naptr: true });
  expect(reader.transcript).toContain('  "a b" is not a domain name\n  hint: ');
  expect(reader.transcript).toContain('  "sctp" is not a transport\n');
  expect(reader.transcript).toContain('  write yes or no\n');
  expect(reader.transcript).toContain('  "nowhere" is not an address to listen on\n');
  expect(reader.transcript.match(/^Server 1 /gm)).toHaveLength(2);
});

test('servers that are there already, and shares of nothing, are asked again at once', async () => {
  const servers = ['a=192.0.2.1', 'a=192.0.2.1', 'b=192.0.2.2', '', '0', '0', '1', '0', 'a=192.0.2.1', ''];
  const reader = person(['a.test', ...servers, '', '', '', '192.0.2.3']);
  const options = await askPlan({}, reader);
  expect(options).toMatchObject({ server: ['a=192.0.2.1,weight 1', 'b=192.0.2.2,weight 0'], backup: [] });
  expect(parsePlan(options ?? {})).toMatchObject({ ok: true });
  expect(reader.transcript).toMatch(
    /Server 2 .*: a=192\.0\.2\.1\n {2}server a is given twice\n {2}hint: .*\nServer 2 /,
  );
  expect(reader.transcript).toMatch(/\n {2}all weights are 0, so nobody has a share\n {2}hint: .*\nWeight of a=192/);
  expect(reader.transcript).toMatch(/Backup.*: a=192\.0\.2\.1\n {2}server a is given twice/);
});

test('what the options say is not asked', async () => {
  const reader = person(['192.0.2.1', '']);
  const given = { domain: 'a.test', backup: [], transport: 'udp', listen: ['127.0.0.1:53'], ns: ['192.0.2.3'] };
  expect(await askPlan(given, reader)).toEqual({ ...given, server: ['192.0.2.1'], naptr: false });
});

test('who leaves in between gets nothing', async () => {
  expect(await askPlan({}, person(['a.test', '192.0.2.1']))).toBeUndefined();
});

test('a terminal keeps lines that are typed ahead, and ends with its input', async () => {
  const input = new PassThrough();
  const output = new PassThrough();
  const terminal = new Terminal(input, output);
  const first = terminal.ask('1? ');
  input.end('one\ntwo\n');
  expect(await first).toBe('one');
  expect(await terminal.ask('2? ')).toBe('two');
  expect(await terminal.ask('3? ')).toBeUndefined();
  terminal.close();
  expect(String(output.read())).toContain('1? ');
});

test.each([
  [0, 2026010901],
  [2025123199, 2026010901],
  [2026010901, 2026010902],
  [2026010999, 2026011000],
  [7, 2026010901],
  // RFC 1982: what is half the circle ahead counts as behind.
  [4294967295, 2026010901],
])('the serial after %d', (before, expected) => {
  expect(firstSerial(new Date(2026, 0, 9, 12), before)).toBe(expected);
});
