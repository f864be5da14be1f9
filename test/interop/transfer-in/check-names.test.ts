/** What a secondary says of host names that are none: BIND and Ringzone say the same of the same zone. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Judge, startJudge, writeConfig } from '../lib/judge.ts';
import { startRingzone } from '../lib/ringzone.ts';
import { startRingzoneSecondary } from './plain-secondary.ts';

const zone = 'names.test';
const text = `$TTL 300
@ SOA ns host 1 3600 900 604800 300
@ NS n_s
@ MX 10 mail_1
@ MX 20 .
n_s A 192.0.2.1
mail_1 A 192.0.2.2
-x MX 10 ns
*.w A 192.0.2.4
ns AAAA 2001:db8::1
*._w AAAA 2001:db8::1
_sip._udp SRV 0 1 5060 sip_1
_none._udp SRV 0 0 0 .
Under_Score A 192.0.2.3
a_b CNAME c_d
_dmarc TXT "v=DMARC1"
`;

let folder: string;
let primary: Judge | undefined;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ringzone-names-'));
  const file = join(folder, 'zone');
  writeFileSync(file, text);
  primary = await startRingzone([{ name: zone, file }], {
    extra: 'allow-transfer: [127.0.0.1]\nnotify: no\nhttp: false',
  });
});

afterAll(async () => {
  await primary?.stop();
  rmSync(folder, { recursive: true, force: true });
});

function startBind(): Promise<Judge | undefined> {
  const configure = (own: string, port: number) => {
    const file = writeConfig(own, 'named.conf', [
      `options { directory "${own}"; listen-on port ${port} { 127.0.0.1; }; listen-on-v6 { none; };`,
      '  pid-file none; session-keyfile none; lock-file none; notify no;',
      '  recursion no; dnssec-validation no; empty-zones-enable no; };',
      'controls { };',
      `zone "${zone}" { type secondary; file "copy"; primaries { 127.0.0.1 port ${primary?.port}; }; };`,
    ]);
    return ['-g', '-4', '-n', '1', '-U', '1', '-c', file];
  };
  return startJudge({ name: 'BIND', command: 'named', configure }, [{ name: zone, file: '' }]);
}

function warningsOf(secondary: Judge): readonly string[] {
  return [...secondary.log().matchAll(/zone names\.test\/IN: [^"\n]*\(check-names\)/g)]
    .map(([line]) => line)
    .toSorted();
}

test('are the same lines', async ({ skip }) => {
  const bind = await startBind();
  if (bind === undefined || primary === undefined) return skip();
  const ringzone = await startRingzoneSecondary(zone, primary.port, join(folder, 'copy'));
  try {
    await expect.poll(() => warningsOf(bind)).toHaveLength(8);
    const wanted = warningsOf(bind);
    // What it serves it has told of a moment later.
    await expect.poll(() => warningsOf(ringzone as Judge)).toEqual(wanted);
  } finally {
    await ringzone?.stop();
    await bind.stop();
  }
  return undefined;
});
