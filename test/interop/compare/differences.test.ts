/** A difference of each kind, planted: each is shown, and nothing else. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startBind } from '../lib/bind.ts';
import { findFreePort } from '../lib/free-port.ts';
import { findCommand, type Judge, type JudgeZone } from '../lib/judge.ts';
import { startRingzone } from '../lib/ringzone.ts';
import { compare } from './run-compare.ts';
import { TamperingServer } from './tampering-server.ts';

const zoneText = `$TTL 300
@ SOA ns1 admin 5 3600 600 86400 60
@ NS ns1
ns1 A 192.0.2.1
www A 192.0.2.2
www TXT "web"
mail A 192.0.2.3
alias CNAME www
*.wild A 192.0.2.4
cut NS ns.cut
ns.cut A 192.0.2.5
_sip._udp SRV 10 60 5060 www
_sip._udp SRV 10 40 5060 mail
`;
const folder = mkdtempSync(join(tmpdir(), 'ringzone-differences-'));
const file = join(folder, 'diff.test');
const zones: readonly JudgeZone[] = [{ name: 'diff.test', file }];
let bind: Judge | undefined;

beforeAll(async () => {
  writeFileSync(file, zoneText);
  bind = await startBind(zones);
});
afterAll(async () => {
  await bind?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const hasBind = findCommand('named') !== undefined;

/** Lines `-` and `+` of what is shown, and what it is called. */
function readDiff(stdout: string) {
  const names = [...stdout.matchAll(/^@@ (.*) @@$/gm)].map((match) => match[1] as string);
  const changed = stdout.split('\n').filter((line) => /^[-+][^-+]/.test(line));
  return { names, changed: changed.map((line) => line.replaceAll('\t', ' ')) };
}

describe.skipIf(!hasBind)('differences of the zones', { timeout: 60_000 }, () => {
  it.each([
    [
      'a TTL',
      ['www A 192.0.2.2', 'www 60 A 192.0.2.2'],
      /^www\.diff\.test\. A: ttl; UDP and TCP/,
      ['-www.diff.test. 300 IN A 192.0.2.2', '+www.diff.test. 60 IN A 192.0.2.2'],
    ],
    [
      'a missing record',
      ['_sip._udp SRV 10 40 5060 mail\n', ''],
      /^_sip\._udp\.diff\.test\. SRV: missing record;/,
      ['-_sip._udp.diff.test. 300 IN SRV 10 40 5060 mail.diff.test.'],
    ],
    [
      'an extra record',
      ['www TXT "web"', 'www TXT "web"\nwww TXT "more"'],
      /^www\.diff\.test\. TXT: extra record;/,
      ['+www.diff.test. 300 IN TXT "more"'],
    ],
    [
      'a missing name, and so another status',
      ['mail A 192.0.2.3\n', ''],
      /^mail\.diff\.test\. A: status,/,
      ['-;; ->>HEADER<<- opcode: QUERY, status: NOERROR', '+;; ->>HEADER<<- opcode: QUERY, status: NXDOMAIN'],
    ],
    [
      'a referral to another server',
      ['cut NS ns.cut', 'cut NS ns2.cut\nns2.cut A 192.0.2.6'],
      /^cut\.diff\.test\. NS: referral, glue;/,
      ['-cut.diff.test. 300 IN NS ns.cut.diff.test.', '+cut.diff.test. 300 IN NS ns2.cut.diff.test.'],
    ],
    [
      'missing glue',
      ['ns.cut A 192.0.2.5', 'ns2.cut A 192.0.2.5'],
      /^cut\.diff\.test\. NS: glue;/,
      ['-ns.cut.diff.test. 300 IN A 192.0.2.5'],
    ],
    [
      'another wildcard',
      ['*.wild A 192.0.2.4', '*.wild A 192.0.2.44'],
      /^ringzone-compare\.wild\.diff\.test\. A \(wildcard\): missing record, extra record;/,
      ['-ringzone-compare.wild.diff.test. 300 IN A 192.0.2.4', '+ringzone-compare.wild.diff.test. 300 IN A 192.0.2.44'],
    ],
  ])('shows %s', async (_title, [from, to], name, lines) => {
    const other = join(folder, 'other.test');
    writeFileSync(other, zoneText.replace(from as string, to as string));
    const ours = await startRingzone([{ name: 'diff.test', file: other }]);
    try {
      const { code, stdout } = await compare(bind?.port ?? 0, ours?.port ?? 0, zones);
      const { names, changed } = readDiff(stdout);
      expect(code).toBe(1);
      expect(names.join('\n')).toMatch(new RegExp(name, 'm'));
      expect(changed).toEqual(expect.arrayContaining(lines));
    } finally {
      await ours?.stop();
    }
  });

  it('names another serial first, and not once more in each negative answer', async () => {
    const other = join(folder, 'serial.test');
    writeFileSync(other, zoneText.replace('admin 5', 'admin 6'));
    const ours = await startRingzone([{ name: 'diff.test', file: other }]);
    try {
      const { code, stdout } = await compare(bind?.port ?? 0, ours?.port ?? 0, zones);
      expect(code).toBe(1);
      expect(stdout).toMatch(/^zone diff\.test: SERIALS DIFFER: 5 at 127\.0\.0\.1:\d+, 6 at 127\.0\.0\.1:\d+\nhint: /);
      expect(readDiff(stdout).names).toEqual([]);
      expect(stdout).toMatch(/\d+ {2}SOA serial \(told above\)/);
      expect(stdout).toMatch(/\nDIFFERENT: 1 zone with two serials\n$/);
    } finally {
      await ours?.stop();
    }
  });

  it('names a zone that one of them has not', async () => {
    const ours = await startRingzone([{ name: 'else.test', file }]);
    try {
      const { code, stdout } = await compare(bind?.port ?? 0, ours?.port ?? 0, zones);
      expect(code).toBe(1);
      expect(stdout).toMatch(/^zone diff\.test: NOT SERVED BY 127\.0\.0\.1:\d+: serial 5 at .*, REFUSED at /);
    } finally {
      await ours?.stop();
    }
  });
});

const aa = 0x04;

/** Whether the request asks for `www`. */
function asksForWww(request: Buffer): boolean {
  return request.subarray(12, 16).toString('latin1').toLowerCase() === '\u0003www';
}

// They wait for answers that never come.
describe.skipIf(!hasBind)('differences of the servers', { timeout: 60_000, concurrent: true }, () => {
  async function tampered(tamper: TamperingServer['tamper'], limit = '20') {
    const server = await new TamperingServer(bind?.port ?? 0).start();
    server.tamper = tamper;
    try {
      return await compare(bind?.port ?? 0, server.port, zones, { limit });
    } finally {
      server.stop();
    }
  }

  it('shows a missing AA', async () => {
    const { code, stdout } = await tampered((response, request) => {
      if (asksForWww(request)) response[2] = (response[2] ?? 0) & ~aa;
      return response;
    });
    expect(code).toBe(1);
    const { names, changed } = readDiff(stdout);
    expect(names).toEqual([
      expect.stringMatching(
        /^www\.diff\.test\. A: aa; UDP without EDNS, TCP without EDNS$|^www\.diff\.test\. A: aa; UDP and TCP, with and without EDNS$/,
      ),
      expect.stringMatching(/^www\.diff\.test\. TXT: aa; /),
    ]);
    expect([...new Set(changed)]).toEqual(['-;; flags: qr aa', '+;; flags: qr']);
  });

  it('shows another status', async () => {
    const { stdout } = await tampered((response, request) => {
      if (asksForWww(request)) response[3] = 2;
      return response;
    });
    expect(readDiff(stdout).names[0]).toMatch(/^www\.diff\.test\. A: status;/);
    expect(stdout).toContain('+;; ->>HEADER<<- opcode: QUERY, status: SERVFAIL');
  });

  it('shows a message that is cut, and its end', async () => {
    const { stdout } = await tampered((response, request) =>
      asksForWww(request) ? response.subarray(0, response.length - 3) : response,
    );
    expect(stdout).toMatch(/^\+;; malformed message of \d+ octets: record 1 of 1 in the \w+ section is malformed$/m);
  });

  it('shows an answer truncated for no reason', async () => {
    const { stdout } = await tampered((response, request, overTcp) => {
      if (asksForWww(request) && !overTcp) response[2] = (response[2] ?? 0) | 2;
      return response;
    });
    expect(readDiff(stdout).names[0]).toMatch(/^www\.diff\.test\. A: truncated; UDP/);
  });

  it('shows no more than --limit, and says how many there are', async () => {
    const { stdout } = await tampered((response, _request, overTcp) => {
      if (!overTcp) response[2] = (response[2] ?? 0) ^ aa;
      return response;
    }, '2');
    expect(stdout).toMatch(/^\d+ more questions with a difference; --limit shows more$/m);
  });

  it('takes loss for no difference: asks again, and tells it', async () => {
    let count = 0;
    const { code, stdout } = await tampered((response, _request, overTcp) =>
      !overTcp && ++count % 4 === 0 ? undefined : response,
    );
    expect(code).toBe(0);
    expect(stdout).toMatch(/[1-9]\d* {2}sent again, because no answer came in time\nno difference\n$/);
  });

  it('says what was never answered, and that it proves nothing', async () => {
    const { code, stdout } = await tampered((response, request, overTcp) =>
      asksForWww(request) && !overTcp ? undefined : response,
    );
    expect(code).toBe(1);
    expect(stdout).toMatch(/^www\.diff\.test\. A: no answer from 127\.0\.0\.1:\d+$/m);
    expect(stdout).toMatch(/not compared: no answer/);
  });
});

describe.skipIf(!hasBind)('servers that limit their rate, or are not there', { timeout: 60_000 }, () => {
  it('says that a rate limit of BIND is in the way, and takes nothing that it drops for a difference', async () => {
    // Name errors of one zone count together.
    const many = join(folder, 'many.test');
    writeFileSync(many, zoneText + Array.from({ length: 40 }, (_, i) => `a.n${i} A 192.0.2.7\n`).join(''));
    const manyZones = [{ name: 'diff.test', file: many }];
    const plain = await startBind(manyZones);
    const limited = await startBind(manyZones, { extra: 'rate-limit { responses-per-second 5; window 5; };' });
    try {
      const { code, stdout, stderr } = await compare(plain?.port ?? 0, limited?.port ?? 0, manyZones);
      expect(readDiff(stdout).names).toEqual([]);
      expect(code).toBe(1);
      expect(stdout).toMatch(/\nDIFFERENT: \d+ questions without an answer\n$/);
      expect(stderr).toMatch(
        /^note: 127\.0\.0\.1:\d+ left \d+ questions over UDP .*\nhint: is a rate limit in force there\?/,
      );
    } finally {
      await plain?.stop();
      await limited?.stop();
    }
  });

  it('ends with 2 and a hint where nobody listens', async () => {
    const { code, stdout, stderr } = await compare(bind?.port ?? 0, await findFreePort(), zones);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(
      /^error: --with 127\.0\.0\.1:\d+ does not answer over (UDP|TCP): connection refused\nhint: /,
    );
  });

  it('ends with 2 where neither has the zones', async () => {
    const others = [{ name: 'other.test', file }];
    const { code, stderr } = await compare(bind?.port ?? 0, bind?.port ?? 0, others);
    expect(code).toBe(2);
    expect(stderr).toMatch(/serves any of these zones \(other\.test: REFUSED\)\nhint: /);
  });
});
