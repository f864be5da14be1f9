/** What `serve -c named.conf` takes, `convert` writes, and it means the same; what one refuses the other does too. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { formatDiagnostic } from '../../../../../src/base/diagnostic.ts';
import type { Config } from '../../../../../src/control/config/config.ts';
import { parseConfig } from '../../../../../src/control/config/read-config.ts';
import { parseNamedConfig } from '../../../../../src/control/named-conf/parse-named-config.ts';
import { convertNamedConf } from '../../../../../src/control/named-conf/yaml/convert-named-conf.ts';

const corpus = join(import.meta.dirname, '../../../../named-conf');
const files = ['good', 'bad', 'differs', 'convert'].flatMap((kind) =>
  readdirSync(join(corpus, kind))
    .filter((name) => name.endsWith('.conf'))
    .map((name) => `${kind}/${name}`),
);

/** But for how it was written, and what was said about that. */
function meaningOf(config: Config) {
  return { ...config, warnings: undefined, written: undefined };
}

function yamlOf(text: string): string {
  const converted = convertNamedConf(text, 'named.conf');
  if (!converted.ok) throw new Error(converted.error.map(formatDiagnostic).join('\n'));
  return converted.value.yaml;
}

describe('the corpus', () => {
  test.each(files)('%s', (name) => {
    const path = join(corpus, name);
    const text = readFileSync(path, 'utf8');
    const served = parseNamedConfig(text, path);
    const converted = convertNamedConf(text, path);
    expect(converted.ok).toBe(served.ok);
    if (!served.ok || !converted.ok) {
      expect(converted).toEqual(served);
      return;
    }
    // Read where nothing of the named.conf is.
    const again = parseConfig(converted.value.yaml, '/nowhere/ringzone.yaml');
    if (!again.ok) throw new Error(again.error.map(formatDiagnostic).join('\n'));
    expect(meaningOf(again.value)).toEqual(meaningOf(served.value));
  });

  const refused = files.filter((name) => {
    const path = join(corpus, name);
    return name.startsWith('good/') && !parseNamedConfig(readFileSync(path, 'utf8'), path).ok;
  });

  // These have every statement in a line of its own, so that what is refused can be taken out.
  test.each(refused)('%s without the lines that are refused', (name) => {
    const path = join(corpus, name);
    const lines = readFileSync(path, 'utf8').split('\n');
    for (let attempt = 0; attempt < 5; attempt++) {
      const text = lines.join('\n');
      const served = parseNamedConfig(text, path);
      const converted = convertNamedConf(text, path);
      expect(converted.ok).toBe(served.ok);
      if (served.ok) return;
      for (const { severity, line } of served.error) if (severity === 'error') lines[(line ?? 1) - 1] = '';
    }
    expect.unreachable('nothing is left');
  });
});

describe('comments', () => {
  const folder = join(corpus, 'convert');
  const cases = readdirSync(folder).filter((name) => name.endsWith('.yaml'));

  test.each(cases)('%s', (name) => {
    const path = join(folder, name.replace(/yaml$/, 'conf'));
    const text = readFileSync(path, 'utf8').replaceAll('FOLDER', folder);
    const converted = convertNamedConf(text, name.replace(/yaml$/, 'conf'));
    if (!converted.ok) throw new Error(converted.error.map(formatDiagnostic).join('\n'));
    const yaml = converted.value.yaml.replaceAll(folder, 'FOLDER').replace(/(?<=by ringzone )\S+(?=\.\n)/, 'VERSION');
    expect(yaml).toBe(readFileSync(join(folder, name), 'utf8'));
  });

  test('none is lost, wherever it stands', () => {
    const text = readFileSync(join(folder, 'everywhere.conf'), 'utf8');
    const marks = [...text.matchAll(/C\d+/g)].map(([mark]) => mark);
    const yaml = yamlOf(text);
    expect(marks.length).toBeGreaterThan(30);
    for (const mark of marks) expect(yaml.match(new RegExp(`# .*\\b${mark}\\b`, 'g')), mark).toHaveLength(1);
  });
});

test('each statement is kept, or stands in a comment with a reason', () => {
  const yaml =
    yamlOf(`options { directory "/"; recursion no; pid-file none; allow-transfer { none; }; masterfile-format text; };
controls { }; tls unused { remote-hostname "a"; }; key k { algorithm hmac-sha256; secret "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="; };
zone "a" { type primary; file "a"; check-names ignore; }; zone "." { type hint; file "r"; };`);
  for (const line of [
    '# not needed: directory "/" (paths are whole here)',
    '# not needed: recursion no (this server never does)',
    '# left out: pid-file none (pid-file has no meaning here: ',
    '# not needed: masterfile-format text (it is so without it)',
    '# left out: controls { ... } (controls is not obeyed: ',
    '# not needed: tls unused { ... } (nothing refers to it)',
    '  # left out: check-names ignore (check-names has no meaning here: ',
    '# left out: zone "." { ... } (zone . has no meaning here: ',
  ]) {
    expect(yaml).toContain(line);
  }
});

test('no secret stands in a comment', () => {
  const yaml = yamlOf(`options { recursion no; cookie-secret "000102030405060708090a0b0c0d0e0f"; };
key k { algorithm hmac-sha256; secret "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="; };`);
  expect(yaml.split('\n').filter((line) => /#.*(0001|AAAA)/.test(line))).toEqual([]);
});

test('paths are whole, whatever the entries of maps are called', () => {
  const yaml = yamlOf(`options { directory "/usr"; recursion no; };
acl file { none; }; zone "file" { type primary; file "x"; }; logging { channel file { file "log"; }; };`);
  expect(yaml).toContain('file: /usr/x\n');
  expect(yaml).toContain('file: /usr/log\n');
});
