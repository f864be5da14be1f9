import { describe, expect, it } from 'vitest';
import { drain, health, undrain } from '../../../../src/control/channel/commands/health.ts';
import type { Publication } from '../../../../src/control/published/publisher.ts';
import { wireNameFrom } from '../../../../src/wire/name.ts';
import { describeZone, FakeTarget } from './fake-target.ts';

const drained = {
  zone: 'example.com',
  owner: '_sip._udp.example.com',
  target: 'sip1.example.com',
  port: 5060,
  ttlSeconds: 300,
};

describe('ctl health', () => {
  it('says where nothing is watched', async () => {
    const target = new FakeTarget();
    expect(await health([], target)).toEqual({
      ok: true,
      text: 'nothing is watched: no zone has health',
      data: { targets: [] },
    });
    expect(target.done).toEqual(['report undefined']);
  });

  it.each([
    ['example.com/IN', 'report example.com'],
    ['example.com/IN/inside', 'report example.com/inside'],
  ])('asks for one zone by its title: %s', async (title, done) => {
    const target = new FakeTarget(describeZone('example.com', { title }));
    target.healthReport = {
      targets: [],
      endpoints: 0,
      underWay: 0,
      counts: { probes: 0, alive: 0, draining: 0, failed: 0, void: 0, changes: 0, putOff: 0, answerMs: 0 },
    };
    expect(await health(['example.com'], target)).toMatchObject({ ok: true, data: { endpoints: 0 } });
    expect(target.done).toEqual([done]);
  });

  it('is refused for a zone that there is not', async () => {
    expect(await health(['example.org'], new FakeTarget())).toMatchObject({ ok: false, failure: 'not found' });
  });
});

describe('ctl drain', () => {
  it('says when the last answer expires', async () => {
    const target = new FakeTarget();
    target.drainedTargets = [drained];
    const beforeMs = Date.now();
    const response = await drain(['SIP1.example.com.:5060', '--for', '30m'], target);
    const [order] = target.drains;
    expect(order).toMatchObject({ name: 'sip1.example.com', port: 5060 });
    expect((order?.untilMs ?? 0) - beforeMs).toBeGreaterThanOrEqual(1_800_000);
    expect(response.text).toMatch(
      /^sip1\.example\.com:5060 of _sip\._udp\.example\.com in zone example\.com is drained\nthe last answer that names it expires at 20.*Z$/,
    );
    const { lastAnswerExpires } = response.data as { lastAnswerExpires: string };
    expect(Date.parse(lastAnswerExpires) - beforeMs).toBeGreaterThanOrEqual(301_000);
  });

  it('waits until then where that is wanted', async () => {
    const target = new FakeTarget();
    target.drainedTargets = [{ ...drained, ttlSeconds: 0 }];
    const startMs = performance.now();
    expect(await drain(['sip1.example.com', '-wait'], target)).toMatchObject({ ok: true });
    expect(performance.now() - startMs).toBeGreaterThanOrEqual(950);
  });

  it('names the secondaries that go on naming it, and does not wait for them', async () => {
    const target = new FakeTarget();
    target.drainedTargets = [drained];
    target.healthZones = [
      { zone: 'example.com', publish: false, secondaries: ['192.0.2.53#53'] },
      { zone: 'example.net', publish: false, secondaries: ['192.0.2.54#53'] },
    ];
    const response = await drain(['--wait', 'sip1.example.com'], target);
    expect(response).toMatchObject({ ok: false, failure: 'secondaries do not follow' });
    expect(response.text).toContain('these go on naming it for example.com: 192.0.2.53#53');
    expect(response.text).not.toContain('192.0.2.54');
  });

  describe('of a zone that is published', () => {
    const id = { view: 0, class: 1, apex: wireNameFrom('example.com.') };
    const publication = { zone: 'example.com', id, serial: 44, degradedSets: 1, problem: undefined };
    const follower = {
      server: '192.0.2.53#53',
      serial: 44,
      hasFollowed: true,
      isAcknowledged: true,
      problem: undefined,
    };
    const targetWith = (more: Partial<Publication> = {}) => {
      const target = new FakeTarget();
      target.drainedTargets = [{ ...drained, ttlSeconds: 0, isPublished: true }];
      target.healthZones = [{ zone: 'example.com', publish: true, secondaries: ['192.0.2.53#53'] }];
      target.publications = [{ ...publication, ...more }];
      target.followers = [follower];
      return target;
    };

    it('says that secondaries follow', async () => {
      const target = targetWith();
      const { text, data } = await drain(['sip1.example.com'], target);
      expect(text).toContain('zone example.com is published: secondaries follow by NOTIFY');
      expect(text).not.toContain('these go on');
      expect(data).toMatchObject({ lagging: [], published: [{ zone: 'example.com', serial: 44 }] });
      expect(target.done).toEqual([]);
    });

    it('waits for them', async () => {
      const target = targetWith();
      const response = await drain(['sip1.example.com', '--wait'], target);
      expect(response).toMatchObject({ ok: true, data: { published: [{ secondaries: [follower] }] } });
      expect(response.text).toContain('followed to serial 44 of example.com: 192.0.2.53#53');
      expect(target.done).toEqual(['settle example.com', 'await 44']);
    });

    it('names those that do not follow', async () => {
      const target = targetWith();
      target.followers = [
        follower,
        { server: '192.0.2.54#53', serial: 43, hasFollowed: false, isAcknowledged: true, problem: undefined },
        { server: '192.0.2.55#53', serial: undefined, hasFollowed: false, isAcknowledged: false, problem: 'timed out' },
      ];
      const response = await drain(['sip1.example.com', '--wait'], target);
      expect(response).toMatchObject({ ok: false, failure: 'secondaries do not follow' });
      expect(response.text).toMatch(
        /does not follow to serial 44 of example\.com: 192\.0\.2\.54#53 has serial 43\n.*: 192\.0\.2\.55#53: timed out/,
      );
    });

    it('says why it is not published, and does not wait for what does not come', async () => {
      const target = targetWith({ problem: 'the zone is frozen' });
      const response = await drain(['sip1.example.com', '--wait'], target);
      expect(response).toMatchObject({ ok: false, failure: 'secondaries do not follow' });
      expect(response.text).toContain(
        'zone example.com is not published, secondaries go on naming it: the zone is frozen',
      );
      expect(target.done).toEqual(['settle example.com']);
    });
  });

  it('names the peers that have not heard of it, and does not wait for them', async () => {
    const target = new FakeTarget();
    target.drainedTargets = [drained];
    const peer = { problem: undefined, heardMs: 1, asked: 1, failed: 0, opinions: 0 };
    target.peerReports = [
      { ...peer, peer: '192.0.2.2#53', isHeard: true },
      { ...peer, peer: '192.0.2.3#53', isHeard: false },
    ];
    const response = await drain(['sip1.example.com', '--wait'], target);
    expect(response).toMatchObject({
      ok: false,
      failure: 'peers do not follow',
      data: { peersNotHeard: ['192.0.2.3#53'] },
    });
    expect(response.text).toMatch(/\npeer 192\.0\.2\.3#53 is not heard: it goes on naming it until it is$/);
    expect(response.text).not.toContain('192.0.2.2#53');
  });

  it.each([
    [[], 'syntax error'],
    [['sip1', 'sip2'], 'syntax error'],
    [['sip1:99999'], 'syntax error'],
    [['sip1', '--for'], 'syntax error'],
    [['sip1', '--for', '30'], 'syntax error'],
    [['sip1', '--soon'], 'syntax error'],
    [['sip9.example.com'], 'not found'],
  ])('refuses %j', async (args, failure) => {
    expect(await drain(args, new FakeTarget())).toMatchObject({ ok: false, failure });
  });
});

describe('ctl undrain', () => {
  it('names what is back, or says that nothing was drained', async () => {
    const target = new FakeTarget();
    expect(await undrain(['sip1.example.com'], target)).toMatchObject({ ok: false, failure: 'not found' });
    target.drainedTargets = [drained];
    expect((await undrain(['sip1.example.com:5060'], target)).text).toMatch(/is no longer drained$/);
    expect(target.done).toEqual(['undrain sip1.example.com undefined', 'undrain sip1.example.com 5060']);
    expect(await undrain([], target)).toMatchObject({ ok: false, failure: 'syntax error' });
    expect(await undrain(['a', 'b'], target)).toMatchObject({ ok: false, failure: 'syntax error' });
  });
});
