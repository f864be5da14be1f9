import { describe, expect, it } from 'vitest';
import { type DeadServers, playCall } from '../../../../src/sip/calls/play-call.ts';
import type { Candidate } from '../../../../src/sip/location/locate.ts';
import type { Profile } from '../../../../src/sip/profiles/profile.ts';
import { findProfile } from '../../../../src/sip/profiles/table.ts';

function candidate(
  host: string,
  transport: Candidate['transport'] = 'udp',
  addresses = [`${host}-address`],
): Candidate {
  return { host, port: 5060, transport, record: undefined, addresses };
}

function dead(...hosts: readonly string[]): DeadServers {
  return ({ host }) => hosts.includes(host);
}

function play(name: string, candidates: readonly Candidate[], isDead: DeadServers) {
  const { attempts, reached, seconds } = playCall(candidates, findProfile(name) as Profile, isDead);
  return { tried: attempts.map(({ address }) => address), reached: reached?.host, seconds };
}

describe('a call', () => {
  const two = [candidate('a'), candidate('b')];

  it('reaches the first that lives, at once', () => {
    expect(play('rfc', two, dead('b'))).toEqual({ tried: ['a-address'], reached: 'a', seconds: 0 });
  });

  it.each([
    ['yealink', 3.5],
    ['cisco', 16],
    ['aastra', 4],
    ['snom', 32],
    ['sofia', 32],
    ['rfc', 32],
  ])('of %s goes on after %d s', (name, seconds) => {
    expect(play(name, two, dead('a'))).toEqual({ tried: ['a-address', 'b-address'], reached: 'b', seconds });
  });

  it.each(['pjsip', 'linphone', 'naive'])('of %s does not go on over UDP: it is lost after 32 s', (name) => {
    expect(play(name, two, dead('a'))).toEqual({ tried: ['a-address'], reached: undefined, seconds: 32 });
  });

  it('of Linphone goes on over TLS', () => {
    const overTls = [candidate('a', 'tls'), candidate('b', 'tls')];
    expect(play('linphone', overTls, dead('a')).reached).toBe('b');
  });

  it('tries all addresses of a dead server, which takes its time for each', () => {
    const found = play('snom', [candidate('a', 'udp', ['1', '2']), candidate('b')], dead('a'));
    expect(found).toEqual({ tried: ['1', '2', 'b-address'], reached: 'b', seconds: 64 });
  });

  it('passes over servers without an address, and is lost where all are dead', () => {
    expect(play('rfc', [candidate('a', 'udp', []), candidate('b')], dead()).reached).toBe('b');
    expect(play('rfc', two, dead('a', 'b'))).toEqual({
      tried: ['a-address', 'b-address'],
      reached: undefined,
      seconds: 64,
    });
    expect(play('rfc', [], dead())).toEqual({ tried: [], reached: undefined, seconds: 0 });
  });
});
