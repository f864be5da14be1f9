/** addzone, modzone, delzone, showzone: what they say, in rndc's words, and what is in force and on disk behind them. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { controlCommands } from '../../../../src/control/channel/commands/control-commands.ts';
import type { WordName } from '../../../../src/control/channel/words.ts';
import { describeZone, FakeTarget } from './fake-target.ts';

let folder: string;
let file: string;
let target: FakeTarget;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ringzone-added-'));
  file = join(folder, 'added-zones.yaml');
  target = new FakeTarget();
  configure('allow-new-zones: yes\nacl: { office: [10.0.0.0/8] }\nzones: { St.test: { file: st } }\n');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function configure(text: string): void {
  target.configure(text, file);
}

async function say(word: WordName, ...args: readonly string[]): Promise<string> {
  const response = await controlCommands[word](args, target);
  return response.ok ? response.text : [`failed: ${response.failure}`, response.text].join('\n').trimEnd();
}

const served = () => target.inForce.zones.map(({ name }) => name);
const kept = () =>
  existsSync(file)
    ? readFileSync(file, 'utf8')
        .split('\n')
        .filter((line) => !line.startsWith('#'))
    : [];
const primary = '{ type primary; file "a"; };';

describe('addzone', () => {
  test("takes named.conf's statements, and keeps the zone", async () => {
    expect(await say('addzone', 'A.test.', primary)).toBe('');
    expect(served()).toEqual(['St.test', 'a.test']);
    expect(kept()).toEqual(['zones:', '  a.test: { type: primary, file: a }', '']);
    expect(target.said).toEqual(['info: added zone a.test in view _default via addzone']);
    // As in the configuration: from its folder on.
    expect(target.inForce.zones[1]?.file).toBe('/etc/ringzone/a');
  });

  test("takes ringzone.yaml's keys, in words that a shell has split", async () => {
    expect(await say('addzone', 'a.test', 'IN', '_default', '{', 'file:', 'a,', 'allow-query:', '[office]', '}')).toBe(
      '',
    );
    expect(kept()[1]).toBe('  a.test: { file: a, allow-query: [ office ] }');
  });

  test('one after the other, with and without the last semicolon', async () => {
    await say('addzone', 'a.test', primary);
    await say('addzone', '"b.test"', 'in', '{ type secondary; primaries { 192.0.2.1 port 5353; }; }');
    expect(served()).toEqual(['St.test', 'a.test', 'b.test']);
    expect(kept()[2]).toBe('  b.test: { type: secondary, primaries: [ { address: 192.0.2.1, port: 5353 } ] }');
  });

  test.each([
    [['st.TEST', primary], 'failed: already exists'],
    [['a.test'], /^failed: unexpected token\n/],
    [[], /^failed: unexpected token\n/],
    [['a.test', 'IN', '_default', 'x', primary], /^failed: unexpected token\n/],
    [['a..b', primary], /^failed: empty label\n/],
    [['a.test', 'XX', primary], /^failed: unknown class\/type\n/],
    [['a.test', 'CH', primary], "failed: not found\nno matching view found for '_default'"],
    [['a.test', 'IN', 'inside', primary], "failed: not found\nno matching view found for 'inside'"],
    [
      ['a.test', '{ type primary; file "a" };'],
      /^failed: failure\naddzone:1:39: error: missing ; behind "a" \[NC04\]\n/,
    ],
    [['a.test', '{ type nope; };'], /^failed: unexpected token\naddzone:1:/],
    [['a.test', '{ type primary; file "a"; nonsense yes; };'], /unknown statement "nonsense" \[NC06\]/],
    [['a.test', '{ file "a"; };'], /zone a\.test has no type \[NC09\]/],
    [
      ['a.test', '{ type hint; file "a"; };'],
      /^failed: failure\naddzone:1:1: error: 'hint' zones not supported by addzone/,
    ],
    [['a.test', '{ type primary; file "a"; }; options { };'], /expected the end behind the block/],
    [['a.test', '{ type primary; file "a"; allow-query { !{ 10/8; }; any; }; };'], /must have a name/],
    [['a.test', '{ file: a, nonsense: 1 }'], /addzone:1:12: error: unknown key "nonsense" in zones\.a\.test \[CF04\]/],
    [['a.test', '{ file: a, allow-query: [home] }'], /undefined acl "home" \[CF20\]/],
    [['a.test', '{ file: a'], /\[CF02\]/],
    [['a.test', '{ type: secondary }'], /zone a\.test is secondary and has no primaries \[CF09\]/],
  ])('refuses %j', async (args, expected) => {
    const said = await say('addzone', ...args);
    if (typeof expected === 'string') expect(said).toBe(expected);
    else expect(said).toMatch(expected);
    expect(served()).toEqual(['St.test']);
    expect(existsSync(file)).toBe(false);
  });

  test('what is loaded already under that name, as the member of a catalog, is there already', async () => {
    target.zones.set('member.test.', describeZone('member.test', { type: 'secondary' }));
    expect(await say('addzone', 'member.test', primary)).toBe('failed: already exists');
    expect(await say('modzone', 'member.test', primary)).toMatch(
      /^failed: failure\nzone 'member\.test' is a member of a catalog/,
    );
    expect(await say('delzone', 'member.test')).toMatch(
      /^failed: failure\nzone 'member\.test' is a member of a catalog/,
    );
  });

  test('a block that is nothing but faults is answered soon, and in few lines', async () => {
    const said = await say('addzone', 'a.test', `{${';'.repeat(20_000)}};`);
    expect(said).toMatch(/^failed: unexpected token\n/);
    expect(said.split('\n').length).toBeLessThan(90);
    expect(said).toMatch(/and \d{3,} more$/);
  });

  test('needs allow-new-zones, as in BIND', async () => {
    configure('zones: { st.test: { file: st } }\n');
    expect(await say('addzone', 'a.test', primary)).toMatch(
      /^failed: permission denied\nNot allowing new zones in view '_default'\n/,
    );
    expect(await say('modzone', 'st.test', primary)).toMatch(/^failed: permission denied\n/);
    // BIND deletes all the same.
    expect(await say('delzone', 'st.test')).toMatch(/^zone 'st\.test' is no longer active/);
  });

  test('what cannot be loaded is undone, and its errors are told', async () => {
    target.refusals = ['zone a.test/IN: 1 error (1 file that cannot be read)'];
    const diagnostic = { severity: 'error', code: 'ZF01', message: 'cannot read a', file: 'a' } as const;
    target.reloaded = {
      kind: 'refused',
      name: 'a.test',
      title: 'a.test/IN',
      class: 1,
      file: 'a',
      diagnostics: [diagnostic],
      refusal: '',
      servedSerial: undefined,
    };
    expect(await say('addzone', 'a.test', primary)).toBe(
      'failed: failure\na: error: cannot read a [ZF01]\nall stays as it was',
    );
    expect(served()).toEqual(['St.test']);
    expect(existsSync(file)).toBe(false);
    expect(target.said).toEqual(['info: addzone failed; reverting.']);
  });

  test('what cannot be kept is undone', async () => {
    target.configure('allow-new-zones: yes\nzones: { st.test: { file: st } }\n', join(folder, 'no', 'such', 'file'));
    expect(await say('addzone', 'a.test', primary)).toMatch(/^failed: failure\n.*ENOENT/);
    expect(served()).toEqual(['st.test']);
  });

  test('an edited file is not written over', async () => {
    await say('addzone', 'a.test', primary);
    writeFileSync(file, 'zones: {}\n');
    expect(await say('addzone', 'b.test', primary)).toMatch(/was edited: have it read first \(ringzone ctl reload\)$/);
    expect(await say('delzone', 'a.test')).toMatch(/was edited/);
    expect(readFileSync(file, 'utf8')).toBe('zones: {}\n');
    expect(served()).toEqual(['St.test', 'a.test']);
  });

  test('a warning on the zone is told; those of the configuration are not', async () => {
    const said = await say('addzone', 'a.test', '{ file: a, allow-update: [192.0.2.1] }');
    expect(said).toMatch(/^addzone:1:\d+: warning: zone a\.test: updates are allowed by address alone/);
    expect(await say('addzone', 'b.test', '{ file: b }')).toBe('');
  });
});

describe('modzone', () => {
  test('changes a zone that was added, for good', async () => {
    await say('addzone', 'a.test', primary);
    expect(await say('modzone', 'A.test', '{ type primary; file "b"; notify no; };')).toBe(
      "zone 'A.test' reconfigured.",
    );
    expect(kept()[1]).toBe('  a.test: { type: primary, file: b, notify: false }');
    expect(target.said.at(-1)).toBe('info: updated zone A.test in view _default via modzone');
  });

  test('changes a zone of the configuration until that is read again', async () => {
    expect(await say('modzone', 'st.test', primary)).toBe(
      "zone 'st.test' must also be reconfigured in\nringzone.yaml to make changes permanent.",
    );
    expect(target.inForce.zones.map(({ name, file: path }) => [name, path])).toEqual([['St.test', '/etc/ringzone/a']]);
    expect(await say('showzone', 'st.test')).toBe('zone "St.test" { type primary; file "a"; };');
    expect(existsSync(file)).toBe(false);
  });

  test('of no zone', async () => {
    expect(await say('modzone', 'nope.test', primary)).toBe('failed: not found');
    expect(await say('modzone', 'st.test')).toMatch(/^failed: unexpected token\n/);
  });
});

describe('delzone', () => {
  test('forgets a zone that was added', async () => {
    await say('addzone', 'a.test', primary);
    await say('addzone', 'b.test', primary);
    expect(await say('delzone', 'a.test')).toBe('');
    expect(served()).toEqual(['St.test', 'b.test']);
    expect(kept()).toEqual(['zones:', '  b.test: { type: primary, file: a }', '']);
    expect(target.done).toEqual([]);
  });

  test('a zone of the configuration goes until that is read again, and may be added meanwhile', async () => {
    expect(await say('delzone', 'st.test')).toBe(`zone 'St.test' is no longer active and will be deleted.
To keep it from returning when the server is restarted, it
must also be removed from ringzone.yaml.`);
    expect(served()).toEqual([]);
    expect(await say('delzone', 'st.test')).toBe("failed: not found\nno matching zone 'st.test' in any view");
    expect(existsSync(file)).toBe(false);
  });

  test('-clean removes the file, and what is kept in data-dir', async () => {
    const master = join(folder, 'master');
    writeFileSync(master, '');
    await say('addzone', 'a.test', `{ type primary; file "${master}"; };`);
    expect(await say('delzone', '-clean', 'a.test')).toBe("zone 'a.test' and associated files will be deleted.");
    expect(existsSync(master)).toBe(false);
    expect(target.done).toEqual(['forget 1']);
  });

  test('-clean leaves a file alone that another zone is loaded from', async () => {
    const master = join(folder, 'master');
    writeFileSync(master, '');
    await say('addzone', 'a.test', `{ type primary; file "${master}"; };`);
    await say('addzone', 'b.test', `{ type primary; file "${master}"; };`);
    expect(await say('delzone', '-clean', 'a.test')).toMatch(
      /\nfile .*master not removed: it is that of zone b\.test too$/,
    );
    expect(existsSync(master)).toBe(true);
  });

  test('of no zone', async () => {
    expect(await say('delzone')).toMatch(/^failed: unexpected end of input\n/);
    expect(await say('delzone', 'nope.test')).toBe("failed: not found\nno matching zone 'nope.test' in any view");
  });
});

test('showzone shows what was written, in the language in which it was', async () => {
  await say(
    'addzone',
    'a.test',
    '{ type primary; file "a"; allow-update { key "k"; }; };'.replace(' allow-update { key "k"; };', ''),
  );
  await say('addzone', 'b.test', '{ file: b, watch: true }');
  expect(await say('showzone', 'a.test')).toBe('zone "a.test" { type primary; file "a"; };');
  expect(await say('showzone', 'b.test')).toBe('zone "b.test" { file: b, watch: true };');
  expect(await say('showzone', 'nope.test')).toMatch(/^failed: not found\n/);
});

test('zonestatus says what modzone changes for good', async () => {
  await say('addzone', 'a.test', primary);
  expect(await say('zonestatus', 'a.test')).toContain('\nreconfigurable via modzone: yes');
  expect(await say('zonestatus', 'st.test')).toContain('\nreconfigurable via modzone: no');
});

test('views: a zone is added to the view that is named', async () => {
  configure('allow-new-zones: yes\nviews:\n  inside: { zones: { st.test: { file: st } } }\n  outside: { zones: {} }\n');
  expect(await say('addzone', 'a.test', primary)).toBe("failed: not found\nno matching view found for '_default'");
  expect(await say('addzone', 'st.test', 'IN', 'outside', primary)).toBe('');
  expect(kept()).toEqual(['views:', '  outside:', '    zones:', '      st.test: { type: primary, file: a }', '']);
  expect(target.inForce.zones.map(({ viewName }) => viewName)).toEqual(['inside', 'outside']);
});
