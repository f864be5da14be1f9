/** The status page of one of three servers that agree on health, in a real browser. `RINGZONE_SCREENSHOT=1` makes the picture of docs/page.md too. */
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { chromiumPath, collectComplaints, findFaintText, openBrowser, readAccessibility } from './page/browser.ts';
import { Fleet, fleetZone } from './page/fleet.ts';

const why = chromiumPath === undefined ? ' (skipped: chromium is not installed)' : '';
const images = join(import.meta.dirname, '../../docs/img');
const makesImages = process.env.RINGZONE_SCREENSHOT === '1';
const waiting = { timeout: 60_000 };

let fleet: Fleet;
let browser: Browser;
let page: Page;
let complaints: string[] = [];

/** Gives the page of the first server when all are heard and see all up. */
async function openPage(options: Parameters<Browser['newPage']>[0] = {}): Promise<void> {
  page = await browser.newPage(options);
  complaints = collectComplaints(page, fleet.origin(1));
  await page.goto(fleet.origin(1));
  await page.getByRole('heading', { name: 'Calls arrive', exact: true }).waitFor(waiting);
  await page.getByText('2 of 2 heard').waitFor(waiting);
  await page.getByText('seen up by all 3 servers').nth(1).waitFor(waiting);
}

function row(name: string) {
  return page.getByRole('row', { name }).first();
}

function textOf(name: string): Promise<string | null> {
  return row(name).textContent();
}

/** Rows by which a phone is shown names and states. */
const sip1 = `sip1.${fleetZone}:5060`;
const sip2 = `sip2.${fleetZone}:5060`;

describe.skipIf(chromiumPath === undefined)(`the page of servers that agree${why}`, { timeout: 240_000 }, () => {
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser?.close();
  });
  beforeEach(async () => {
    fleet = await Fleet.start({ servers: 3, agree: 2, health: 'publish: true' });
  });
  afterEach(async () => {
    await page?.close();
    await fleet?.stop();
  });

  test('shows who sees a target down, whether that takes it out or not', async () => {
    await openPage();
    await fleet.sip.say(0, '200 OK', [1]);
    await page.getByRole('heading', { name: 'Calls may fail at 1 target' }).waitFor(waiting);
    await expect.poll(() => textOf(sip1), waiting).toContain('seen down by 1 of 3 servers: this one; 2 must agree');
    expect(await row(sip1).getAttribute('class')).toBe('is-doubted');
    // Of the other one the peers alone; each server changes its verdict once, so that none is held against flapping.
    await fleet.sip.say(1, '200 OK', [2, 3]);
    const both = `seen down by 2 of 3 servers: ${fleet.nameOf(2)}, ${fleet.nameOf(3)}; 2 must agree`;
    await expect.poll(() => textOf(sip2), waiting).toContain(both);
    expect(await row(sip2).getAttribute('class')).toBe('is-down');
    await fleet.sip.say(0, '');
    await page.getByRole('heading', { name: 'Calls do not arrive', exact: true }).waitFor(waiting);
    await expect.poll(() => textOf(sip1), waiting).toContain('seen down by all 3 servers');
    // What is published follows, and the page says that secondaries have it.
    await expect.poll(() => page.locator('#zones').textContent(), waiting).toMatch(/health: secondaries /);
    await expect.poll(() => page.locator('#services').textContent(), waiting).toMatch(/ · secondaries /);
    expect(complaints).toEqual([]);
  });

  test('each server is told by keys and to screen readers, and what was opened stays open', async () => {
    await openPage();
    const details = row(sip1).locator('details');
    await row(sip1).locator('summary').focus();
    await page.keyboard.press('Enter');
    await expect.poll(() => details.getAttribute('open'), waiting).toBe('');
    expect(await details.locator('li').allTextContents()).toEqual([
      'up this one',
      `up ${fleet.nameOf(2)}`,
      `up ${fleet.nameOf(3)}`,
    ]);
    const focusedText = () => page.evaluate(() => document.activeElement?.textContent);
    // Its row is made anew.
    await fleet.sip.say(0, '200 OK', [3]);
    await expect.poll(focusedText, waiting).toBe(`seen down by 1 of 3 servers: ${fleet.nameOf(3)}; 2 must agree`);
    expect(await details.getAttribute('open')).toBe('');
    expect(await details.locator('li').allTextContents()).toContain(`down ${fleet.nameOf(3)}`);
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('Calls arrive');
    const outline = await page.evaluate(() => getComputedStyle(document.activeElement as Element).outlineStyle);
    expect(outline).not.toBe('none');
    const nodes = await readAccessibility(page);
    const named = (role: string) => nodes.filter((node) => node.role === role).map(({ name }) => name);
    expect(named('DisclosureTriangle')).toContain(`seen down by 1 of 3 servers: ${fleet.nameOf(3)}; 2 must agree`);
    expect(named('heading')).toContain('Peers');
    expect(named('rowheader')).toEqual(expect.arrayContaining([fleet.nameOf(2), fleet.nameOf(3)]));
    expect(named('table').every((name) => name !== '')).toBe(true);
    expect(complaints).toEqual([]);
  });

  test('a drain is told with the peer that it came from, and how long it holds', async () => {
    await openPage();
    expect(fleet.ctl(2, 'drain', `sip2.${fleetZone}`, '--for', '30m')).toBe(0);
    // It may come by way of the third.
    const from = /by an operator, heard from peer 127\.0\.0\.[23]#\d+, until \d\d:\d\d/;
    await expect.poll(() => textOf(sip2), waiting).toMatch(from);
    await expect.poll(() => page.locator('#peers').textContent(), waiting).toContain('1 drain from it');
    // To the one where it was given it is its own.
    const other = await browser.newPage();
    await other.goto(fleet.origin(2));
    const drained = other.getByRole('row', { name: sip2 }).first();
    await expect.poll(() => drained.textContent(), waiting).toMatch(/by an operator, until \d\d:\d\d/);
    await other.close();
    expect(complaints).toEqual([]);
  });

  test('a peer that is lost is named with the reason; without enough of them, so is what follows', async () => {
    await openPage();
    fleet.process(3).kill('SIGSTOP');
    const text = () => page.locator('#verdict-text').textContent();
    await expect
      .poll(text, waiting)
      .toBe(`All 2 targets of 1 service answer. Peer ${fleet.nameOf(3)} (timed out) is not heard.`);
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('Calls arrive');
    expect(await textOf(fleet.nameOf(3))).toMatch(/not heard.*\d+ s ago.*timed out: its opinions do not count/);
    await expect
      .poll(() => textOf(sip1), waiting)
      .toContain(`seen up by 2 of 3 servers; not heard: ${fleet.nameOf(3)}`);
    fleet.process(2).kill('SIGSTOP');
    await page.getByRole('heading', { name: 'Calls arrive, but a server that fails would stay in' }).waitFor(waiting);
    expect(await text()).toContain('2 servers must agree that a target is down, and this one is alone.');
    await expect.poll(() => page.locator('#peers-count').textContent(), waiting).toBe('0 of 2 heard');
    for (const number of [2, 3]) fleet.process(number).kill('SIGCONT');
    await page.getByRole('heading', { name: 'Calls arrive', exact: true }).waitFor(waiting);
    expect(complaints).toEqual([]);
  });

  test.skipIf(!makesImages)(
    'the picture for the documents is made (skipped: RINGZONE_SCREENSHOT is not 1)',
    async () => {
      await openPage({ viewport: { width: 1200, height: 640 } });
      fleet.ctl(2, 'drain', `sip2.${fleetZone}`, '--for', '30m');
      await fleet.sip.say(0, '200 OK', [1]);
      fleet.process(3).kill('SIGSTOP');
      await expect.poll(() => textOf(sip1), waiting).toContain('not heard');
      await row(sip1).locator('summary').press('Enter');
      // Whatever this machine and the addresses of the test are called.
      await page.evaluate((port) => {
        // It hears nothing more, and stays as it is.
        window.dispatchEvent(new Event('pagehide'));
        const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        for (let node = walker.nextNode(); node !== null; node = walker.nextNode())
          node.nodeValue = (node.nodeValue ?? '').replaceAll('127.0.0.', '192.0.2.').replaceAll(`#${port}`, '#53');
        document.querySelector('#host')?.replaceChildren('dns1');
      }, fleet.port);
      const { y = 0, height = 0 } = (await page.locator('#peers-section').boundingBox()) ?? {};
      const clip = { x: 0, y: 0, width: 1200, height: Math.ceil(y + height + 16) };
      await page.screenshot({ path: join(images, 'page-peers.png'), fullPage: true, clip });
    },
  );

  test('all of it fits a phone, and can be read in both schemes', async () => {
    await openPage();
    await fleet.sip.say(0, '200 OK', [1]);
    fleet.process(3).kill('SIGSTOP');
    await page.getByRole('heading', { name: 'Calls may fail at 1 target' }).waitFor(waiting);
    await page.locator('#peers tr.is-silent').waitFor(waiting);
    for (const summary of await page.locator('summary').all()) await summary.press('Enter');
    for (const colorScheme of ['light', 'dark'] as const) {
      for (const width of [320, 1280]) {
        await page.emulateMedia({ colorScheme });
        await page.setViewportSize({ width, height: 740 });
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
        expect(await findFaintText(page)).toEqual([]);
      }
    }
    expect(complaints).toEqual([]);
  });
});

describe.skipIf(chromiumPath === undefined)(`the page of a server alone${why}`, { timeout: 120_000 }, () => {
  test('says nothing of peers', async () => {
    fleet = await Fleet.start({ servers: 1, agree: 1 });
    browser = await openBrowser();
    try {
      page = await browser.newPage();
      await page.goto(fleet.origin(1));
      await page.getByRole('heading', { name: 'Calls arrive', exact: true }).waitFor(waiting);
      await page.locator('#services tr.is-up').nth(1).waitFor(waiting);
      expect(await page.locator('#peers-section').isVisible()).toBe(false);
      expect(await page.locator('main').ariaSnapshot()).not.toMatch(/peer|servers see|secondaries/i);
    } finally {
      await browser.close();
      await fleet.stop();
    }
  });
});
