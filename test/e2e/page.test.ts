/**
 * The status page in a real browser. `RINGZONE_SCREENSHOT=1 npx vitest run test/e2e/page.test.ts` makes the pictures of docs/page.md
 * too, which takes two minutes.
 */
import { spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { nameText, wireNameFrom } from '../../src/wire/name.ts';
import { chromiumPath, collectComplaints, findFaintText, openBrowser, readAccessibility } from './page/browser.ts';
import { SipServers } from './page/sip-servers.ts';
import { ask, Folder, ServeProcess } from './serve-process.ts';

const why = chromiumPath === undefined ? ' (skipped: chromium is not installed)' : '';
const images = join(import.meta.dirname, '../../docs/img');
const makesImages = process.env.RINGZONE_SCREENSHOT === '1';
const waiting = { timeout: 30_000 };
const zone = 'rapidtech.phones';
/** In the order of the SIP servers. */
const names = ['sip1', 'sip2', 'backup'];
/** A name of a zone may hold any octets. */
const strange = String.raw`\<img\032src=x\032onerror=alert\(1\)\>\"\'\000\255`;

let folder: Folder;
let sip: SipServers;
let server: ServeProcess;
let browser: Browser;
let page: Page;
let port = 0;
let origin = '';
let complaints: string[] = [];

/** `other`: a label of a second service. */
async function start(other = strange): Promise<void> {
  folder = new Folder();
  sip = await SipServers.start(3);
  await serve(other);
}

async function stop(): Promise<void> {
  await server.stop();
  await sip.stop();
  folder.remove();
}

async function serve(other: string): Promise<void> {
  const [first = 0, second = 0, backup = 0] = sip.ports;
  folder.write(
    'zone',
    `$TTL 300
@ SOA ns admin 2026112301 3600 600 604800 60
@ NS ns
ns A 192.0.2.1
@ NAPTR 10 10 "s" "SIP+D2U" "" _sip._udp
_sip._udp SRV 10 60 5060 sip1
_sip._udp SRV 10 40 5060 sip2
_sip._udp SRV 20 0 5060 backup
_sip._udp.${other} SRV 1 1 5060 sip1
sip1 A 192.0.2.11
sip2 A 192.0.2.12
backup A 192.0.2.13
`,
  );
  folder.write(
    'ringzone.yaml',
    `listen: ["127.0.0.1:0"]
workers: 2
data-dir: data
control: false
http: 127.0.0.1:0
zones:
  ${zone}:
    file: zone
    allow-transfer: [127.0.0.1, 127.0.0.53]
    srv-order: shape
    health:
      interval: 500ms
      timeout: 400ms
      fall: 2
      reaction: withdraw
      address: { sip1: "127.0.0.1:${first}", sip2: "127.0.0.1:${second}", backup: "127.0.0.1:${backup}" }
`,
  );
  server = new ServeProcess(['-c', 'ringzone.yaml'], { cwd: folder.path });
  port = await server.ready();
  const { msg } = await server.waitFor(/^statistics channel listening on 127\.0\.0\.1#\d+$/);
  origin = `http://127.0.0.1:${msg.split('#').at(-1)}`;
}

/** Gives the page when all targets have been heard. */
async function openPage(options: Parameters<Browser['newPage']>[0] = {}): Promise<void> {
  page = await browser.newPage(options);
  complaints = collectComplaints(page, origin);
  await page.goto(origin);
  await page.getByRole('heading', { name: 'Calls arrive', exact: true }).waitFor(waiting);
  await page.locator('#services tr.is-up').nth(3).waitFor(waiting);
}

function row(name: string) {
  return page.getByRole('row', { name }).first();
}

/** Milliseconds since 1970 when a row of this state and target was on the page. */
function whenShown(state: 'up' | 'down', name: string): Promise<number> {
  return page.evaluate(
    ([wantedState, wantedName]) => {
      const isThere = () => {
        const rows = [...document.querySelectorAll(`#services tr.is-${wantedState}`)];
        return rows.some((row) => row.textContent?.includes(`${wantedName}.`));
      };
      return new Promise<number>((resolve) => {
        const look = () => {
          if (!isThere()) return;
          observer.disconnect();
          resolve(Date.now());
        };
        const observer = new MutationObserver(look);
        observer.observe(document.body, { subtree: true, childList: true, attributes: true });
        look();
      });
    },
    [state, name] as const,
  );
}

describe.skipIf(chromiumPath === undefined)(`the page in a browser${why}`, { timeout: 90_000 }, () => {
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser?.close();
  });
  afterEach(async () => {
    await page?.close();
  });

  describe('when servers go down', () => {
    beforeEach(() => start());
    afterEach(stop);

    test('shows that a target goes down within two seconds of the verdict, and that it comes back', async () => {
      await openPage();
      const tookMs: number[] = [];
      // A machine that stalls for a moment stalls the browser as well as the server: the best of three.
      for (const [at, name] of names.entries()) {
        const shown = whenShown('down', name);
        await sip.say(at, '');
        const { time } = await server.waitFor(new RegExp(`^target ${name}\\..* is down`));
        tookMs.push((await shown) - Date.parse(String(time)));
        if (Math.min(...tookMs) < 2000) break;
      }
      expect(Math.min(...tookMs), tookMs.join()).toBeLessThan(2000);
      for (const at of names.keys()) await sip.say(at, '200 OK');
      await page.getByRole('heading', { name: 'Calls arrive', exact: true }).waitFor(waiting);
      await expect.poll(() => page.locator('#transitions').textContent(), waiting).toMatch(/is up: reply 200 OK/);
      expect(complaints).toEqual([]);
    });

    test('says so in its headline, its title, its list and aloud', async () => {
      await openPage();
      await sip.say(1, '');
      await page.getByRole('heading', { name: 'Calls arrive, on fewer servers' }).waitFor(waiting);
      expect(await page.locator('#verdict-text').textContent()).toBe(
        `Of 4 targets 3 answer, 1 is down: sip2.${zone}:5060.`,
      );
      await expect.poll(() => page.title(), waiting).toMatch(/^Calls arrive, on fewer servers – Ringzone /);
      await expect.poll(() => page.locator('#transitions').textContent(), waiting).toContain('no reply within 400 ms');
      await expect.poll(() => page.getByRole('status').textContent(), waiting).toMatch(/is down|fewer servers/);
      await expect.poll(() => row(`sip2.${zone}:5060`).textContent(), waiting).toContain('40 %');
      for (const other of [0, 2]) await sip.say(other, '');
      await page.getByRole('heading', { name: 'Calls do not arrive', exact: true }).waitFor(waiting);
      expect(complaints).toEqual([]);
    });

    test.each(['light', 'dark'] as const)(
      'text can be read in the %s scheme, well and in trouble',
      async (colorScheme) => {
        await openPage({ colorScheme });
        expect(await findFaintText(page)).toEqual([]);
        await sip.say(1, '');
        await page.getByRole('heading', { name: 'Calls arrive, on fewer servers' }).waitFor(waiting);
        await page.locator('#services tr.is-down').first().waitFor(waiting);
        expect(await findFaintText(page)).toEqual([]);
        const ground = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
        expect(ground).toBe(colorScheme === 'light' ? 'rgb(247, 247, 245)' : 'rgb(18, 19, 21)');
      },
    );

    test('says when it hears nothing any more', async () => {
      await openPage();
      server.kill('SIGTERM');
      await page.getByRole('heading', { name: 'No connection to Ringzone' }).waitFor(waiting);
      expect(await page.locator('#verdict-text').textContent()).toMatch(/^Below is how it was at \d\d:\d\d:\d\d\.$/);
      expect(await page.locator('#link').textContent()).toBe('no connection');
    });
  });

  describe.skipIf(!makesImages)('pictures for the documents (skipped: RINGZONE_SCREENSHOT is not 1)', () => {
    beforeAll(() => start('branch'));
    afterAll(stop);

    test('are made', { timeout: 240_000 }, async () => {
      await openPage({ viewport: { width: 1200, height: 900 } });
      for (const client of ['127.0.0.53', '127.0.0.2'])
        spawnSync('dig', ['-b', client, '@127.0.0.1', '-p', String(port), zone, 'AXFR']);
      const load = loadFor(130_000);
      await sleep(80_000);
      await sip.say(1, '');
      await sleep(40_000);
      // It hears nothing more, and stays as it is.
      await page.evaluate(() => window.dispatchEvent(new Event('pagehide')));
      // Whatever this machine is called.
      await page.locator('#host').evaluate((host) => {
        host.textContent = 'dns1';
      });
      await page.screenshot({ path: join(images, 'page.png'), fullPage: true });
      await page.emulateMedia({ colorScheme: 'dark' });
      await page.setViewportSize({ width: 390, height: 844 });
      await sleep(2000);
      const clip = { x: 0, y: 0, width: 390, height: 1100 };
      await page.screenshot({ path: join(images, 'page-phone.png'), fullPage: true, clip });
      await load;
    });
  });

  describe('when all is well', () => {
    beforeAll(() => start());
    afterAll(stop);

    test('shows shares, rates, transfers and refusals', async () => {
      await openPage();
      for (let i = 0; i < 50; i++) await ask(port, `_sip._udp.${zone}`, 'SRV');
      spawnSync('dig', ['@127.0.0.1', '-p', String(port), zone, 'AXFR'], { encoding: 'utf8' });
      spawnSync('dig', ['-b', '127.0.0.2', '@127.0.0.1', '-p', String(port), zone, 'AXFR'], { encoding: 'utf8' });
      await expect.poll(() => page.locator('#services').textContent(), waiting).toContain('50 answers in 5 min');
      await expect.poll(() => page.locator('#types').textContent(), waiting).toContain('SRV');
      await expect.poll(() => page.locator('#rcodes').textContent(), waiting).toContain('NOERROR');
      expect(await page.locator('#types canvas').count()).toBe(1);
      await expect
        .poll(() => page.locator('#zones').textContent(), waiting)
        .toMatch(/2026112301.*127\.0\.0\.1 current, fetched \d+ s ago/);
      expect(await page.locator('#transfers').textContent()).toMatch(/AXFR ended: .* \(serial 2026112301\)/);
      expect(await page.locator('#refusals').textContent()).toContain(`zone transfer '${zone}/AXFR/IN' denied`);
      await expect
        .poll(() => page.locator('#refusal-counts').textContent(), waiting)
        .toMatch(/^1 transfers, 1 in 5 min/);
      const bars = await page
        .locator('.filled')
        .evaluateAll((all) => all.map((bar) => Number.parseFloat(bar.style.width)));
      expect(Math.round((bars[0] ?? 0) + (bars[1] ?? 0))).toBe(100);
      expect(complaints).toEqual([]);
    });

    test('names are text, whatever octets they have', async () => {
      await openPage();
      await expect
        .poll(() => page.locator('#services').textContent(), waiting)
        .toContain(nameText(wireNameFrom(`${strange}.${zone}.`)));
      expect(await page.locator('img').count()).toBe(1);
      await page.getByRole('searchbox', { name: 'Find a zone' }).fill('<img src=x onerror=alert(1)>');
      await page.getByText('No zone has that in its name.').waitFor(waiting);
      expect(complaints).toEqual([]);
    });

    test('its policy lets nothing in that is written into it, and that would be seen here', async () => {
      await openPage();
      const colour = await page.evaluate(() => {
        document.body.setAttribute('style', 'color: rgb(1, 2, 3)');
        return getComputedStyle(document.body).color;
      });
      expect(colour).not.toBe('rgb(1, 2, 3)');
      await expect.poll(() => complaints.join(), waiting).toMatch(/Content Security Policy/);
      const markup = page.evaluate(() => {
        document.body.innerHTML = '<p>';
      });
      await expect(markup).rejects.toThrow(/TrustedHTML/);
    });

    test('asks for nothing while nobody sees it', async () => {
      await openPage();
      expect(await page.evaluate(() => document.visibilityState)).toBe('visible');
      let asked = 0;
      page.on('request', () => {
        asked++;
      });
      await page.evaluate(() => {
        Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true });
        document.dispatchEvent(new Event('visibilitychange'));
      });
      // As soon as the stream is closed no list is asked for either.
      await expect.poll(() => growth(() => asked), { timeout: 60_000, interval: 100 }).toBe(0);
      await page.evaluate(() => {
        Object.defineProperty(document, 'visibilityState', { value: 'visible', configurable: true });
        document.dispatchEvent(new Event('visibilitychange'));
      });
      await expect.poll(() => asked, waiting).toBeGreaterThan(0);
      expect(complaints).toEqual([]);
    });

    test.each([320, 360, 768, 1280])(
      'at %d pixels nothing lies beside the page, and tables are tables',
      async (width) => {
        await openPage({ viewport: { width, height: 740 } });
        const sizes = await page.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth]);
        expect(sizes).toEqual([width, width]);
        const nodes = await readAccessibility(page);
        const named = (role: string) => nodes.filter((node) => node.role === role).map(({ name }) => name);
        expect(named('table').every((name) => name !== '')).toBe(true);
        expect(named('columnheader').length).toBeGreaterThanOrEqual(16);
        expect(named('rowheader')).toContain(`sip1.${zone}:5060 udp`);
      },
    );

    test('a screen reader finds its way, and each control has a name', async () => {
      await openPage();
      const nodes = await readAccessibility(page);
      const named = (role: string) => nodes.filter((node) => node.role === role).map(({ name }) => name);
      for (const landmark of ['main', 'banner', 'contentinfo', 'status']) expect(named(landmark)).toHaveLength(1);
      expect(named('heading')).toEqual([
        'Calls arrive',
        'Where calls go',
        'What is asked and answered',
        'Zones and their copies',
        'Health',
        'Transfers',
        'Refusals',
        'Errors and warnings',
      ]);
      const controls = ['link', 'button', 'searchbox', 'combobox', 'textbox', 'table', 'region', 'navigation', 'image'];
      for (const role of controls) expect(named(role).filter((name) => name.trim() === '')).toEqual([]);
      expect(named('image')).toEqual([]);
      expect(await page.locator('main').ariaSnapshot()).toContain('- heading "Calls arrive" [level=1]');
    });

    test('by keys alone, and one sees where one is', async () => {
      await openPage();
      const stops: string[] = [];
      for (let i = 0; i < 12; i++) {
        await page.keyboard.press('Tab');
        const stop = await page.evaluate(() => {
          const at = document.activeElement;
          if (at === null || at === document.body) return '';
          const { outlineStyle, outlineWidth } = getComputedStyle(at);
          const name = at.id || at.textContent?.trim() || at.localName;
          return `${name}: ${outlineStyle === 'none' || outlineWidth === '0px' ? 'not seen' : 'seen'}`;
        });
        if (stop !== '') stops.push(stop);
      }
      expect(stops.filter((stop) => stop.endsWith(': not seen'))).toEqual([]);
      expect(stops).toEqual(
        expect.arrayContaining([
          'Skip to the services: seen',
          'zones-search: seen',
          'zones-order: seen',
          'metrics: seen',
        ]),
      );
    });

    test('nothing moves for those who want no motion', async () => {
      await openPage({ reducedMotion: 'reduce' });
      await ask(port, `_sip._udp.${zone}`, 'SRV');
      await page
        .locator('.filled')
        .first()
        .waitFor({ state: 'attached', ...waiting });
      const moves = await page.evaluate(
        () =>
          [...document.querySelectorAll('*')].filter((one) => getComputedStyle(one).transitionDuration !== '0s').length,
      );
      expect(moves).toBe(0);
    });
  });
});

/** How much a number grows in the time in which lists are asked for anew. */
async function growth(count: () => number): Promise<number> {
  const before = count();
  await sleep(5500);
  return count() - before;
}

/** Questions as phones ask them, some 300 a second. */
async function loadFor(ms: number): Promise<void> {
  const socket = createSocket('udp4');
  const questions = [
    [`_sip._udp.${zone}`, 33, 40],
    [`_sip._udp.branch.${zone}`, 33, 7],
    [`sip1.${zone}`, 1, 25],
    [`sip2.${zone}`, 1, 15],
    [`sip1.${zone}`, 28, 6],
    [zone, 35, 8],
    [`nobody.${zone}`, 1, 4],
    ['example.org', 1, 2],
  ] as const;
  const all = questions.flatMap(([name, type, count]) => Array.from({ length: count }, () => question(name, type)));
  const endMs = performance.now() + ms;
  for (let round = 0; performance.now() < endMs; round++) {
    const count = 5 + 2 * Math.sin(round / 300) + 2 * Math.random();
    for (let i = 0; i < count; i++) {
      socket.send(all[Math.floor(Math.random() * all.length)] as Buffer, port, '127.0.0.1');
    }
    await sleep(20);
  }
  socket.close();
}

function question(name: string, type: number): Buffer {
  const labels = name.split('.').flatMap((label) => [label.length, ...Buffer.from(label)]);
  const id = Math.floor(Math.random() * 0x10000);
  return Buffer.from([id >> 8, id & 255, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, ...labels, 0, type >> 8, type & 255, 0, 1]);
}
