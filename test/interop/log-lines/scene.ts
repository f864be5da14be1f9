/** What happens to a server, step by step. Each step's lines are compared for themselves. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { askRaw, buildQuery, type Edns, type Question } from '../lib/dns-client.ts';
import { nameToWire } from '../lib/names.ts';
import {
  add,
  addText,
  buildUpdate,
  removeName,
  removeRecord,
  removeRrset,
  type UpdateRecord,
} from '../lib/update-message.ts';
import { type PeerZone, type ScriptedPeer, type Step, wholeZone } from './scripted-peer.ts';
import type { LoggingServer } from './server.ts';
import { ddnsKey, falseKey, signed, strangeKey } from './tsig.ts';
import { address, ns, record, soa, u16 } from './wire.ts';
import { mendZones, secondaries, zoneText } from './zones.ts';

export interface Stage {
  readonly server: LoggingServer;
  readonly peer: ScriptedPeer;
}

export interface SceneStep {
  readonly name: string;
  run(stage: Stage): Promise<void>;
}

const recursionDesired = 0x0100;
const checkingDisabled = 0x0010;
const cookie = { code: 10, data: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8) };
const clientSubnet = { code: 8, data: Uint8Array.of(0, 1, 24, 0, 203, 0, 113) };
const clientSubnet6 = { code: 8, data: Uint8Array.of(0, 2, 56, 0, 0x20, 1, 0xd, 0xb8, 0, 0, 0x10) };

/** Before the server starts. */
export function setPeer(peer: ScriptedPeer): void {
  for (const name of secondaries) peer.zones.set(name, usualPeerZone(name));
  const set = (name: string, zone: Partial<PeerZone>) => peer.zones.set(name, { ...usualPeerZone(name), ...zone });
  set('xref.test', { axfr: [{ rcode: 5 }] });
  set('xnot.test', { soa: { rcode: 5 }, axfr: [{ rcode: 9 }] });
  set('xserv.test', { soa: { rcode: 2 } });
  set('xeof.test', { axfr: [wholeZone('xeof.test', 1).slice(0, 3), 'end'] });
  set('xbad.test', { axfr: [wholeZone('xbad.test', 1).slice(1)] });
  set('xcut.test', { axfr: [{ octets: [0x84, 0, 0, 1, 0, 3, 0, 0, 0, 0, 1, 2, 3] }] });
  set('xexp.test', { soa: { rcode: 5 }, axfr: [{ rcode: 5 }] });
  peer.zones.set('tell.test', { soa: 'silence', axfr: [], notify: 0 });
}

/** What comes of these at the start is a failure. */
const troubled: readonly string[] = ['xref.test', 'xnot.test', 'xserv.test', 'xeof.test', 'xbad.test', 'xcut.test'];

function usualPeerZone(name: string): PeerZone {
  return { soa: { serial: 10 }, axfr: [wholeZone(name, 10)] };
}

/** Refresh is looked for late enough, and expiry comes soon: not before refresh and retry have passed once (BIND). */
function shortLived(name: string) {
  const first = soa(name, 1, 1, 2, 1);
  return [first, ns(name, `ns.${name}`), address(`ns.${name}`, '192.0.2.1'), first];
}

/** From serial 10 to 11: an address goes, another comes. */
function changes(name: string): readonly Step[] {
  const to = soa(name, 11);
  const from = soa(name, 10);
  return [[to, from, address(`www.${name}`, '192.0.2.80'), to, address(`www.${name}`, '192.0.2.81'), to]];
}

async function ask({ server }: Stage, ...questions: readonly Question[]): Promise<void> {
  for (const question of questions) await send(server, buildQuery(question), question.tcp);
}

async function send(server: LoggingServer, message: Uint8Array, tcp = false): Promise<void> {
  await askRaw(server.port, message, { tcp, timeoutMs: 5000 });
}

function question(name: string, type: number | string, more: Partial<Question> = {}): Question {
  return { name, type, ...more };
}

function edns(more: Edns = {}): { readonly edns: Edns } {
  return { edns: more };
}

/** A question of a secondary that has this serial. */
function ixfr(name: string, serial: number): Uint8Array {
  const header = [7, 0, 1, 0, 1, 0].flatMap(u16);
  return Uint8Array.from([...header, ...nameToWire(name), ...u16(251), ...u16(1), ...record(soa(name, serial))]);
}

function notify(name: string, serial: number | undefined, more: { readonly type?: number } = {}): Uint8Array {
  const header = [9, 0x2400, 1, serial === undefined ? 0 : 1, 0, 0].flatMap(u16);
  const answer = serial === undefined ? [] : record(soa(name, serial));
  return Uint8Array.from([...header, ...nameToWire(name), ...u16(more.type ?? 6), ...u16(1), ...answer]);
}

let updateId = 100;

/** Signed with the key that may. */
async function update(
  stage: Stage,
  zone: string,
  updates: readonly UpdateRecord[],
  before: readonly UpdateRecord[] = [],
) {
  await send(stage.server, signed(buildUpdate(updateId++, zone, updates, before), ddnsKey));
}

const exists = (name: string, type: number): UpdateRecord => ({ name, type, class: 255, ttl: 0, data: [] });
const absent = (name: string, type: number): UpdateRecord => ({ name, type, class: 254, ttl: 0, data: [] });
const type = { a: 1, ns: 2, cname: 5, soa: 6, mx: 15, txt: 16, srv: 33, any: 255 } as const;
const octetsOf = (text: string) => text.split('.').map(Number);

/** From another address of this host. */
async function sendFrom(from: string, server: LoggingServer, message: Uint8Array): Promise<void> {
  const socket = createSocket('udp4');
  socket.bind(0, from);
  await once(socket, 'listening');
  const answered = once(socket, 'message');
  socket.send(message, server.port, '127.0.0.1');
  await answered;
  socket.close();
}

export const scene: readonly SceneStep[] = [
  { name: 'start', run: async () => undefined },
  {
    // Else they are asked again, by each server at times of its own.
    name: 'primaries mended',
    run: async ({ server, peer }) => {
      for (const name of troubled) {
        peer.zones.set(name, usualPeerZone(name));
        await server.say(`refresh ${name}`);
      }
    },
  },
  {
    name: 'expired',
    run: async ({ server, peer }) => {
      const name = 'xexp.test';
      const said = (text: string) => server.until(() => server.lines().some((line) => line.includes(text)));
      peer.zones.set(name, { soa: { serial: 1, expire: 1 }, axfr: [shortLived(name)] });
      await server.say(`refresh ${name}`);
      await said(`zone ${name}/IN: transferred serial 1`);
      peer.zones.set(name, { soa: 'silence', axfr: [] });
      await said(`zone ${name}/IN: expired`);
      // The question that waits for its answer is asked again.
      peer.zones.set(name, usualPeerZone(name));
      await said(`zone ${name}/IN: transferred serial 10`);
    },
  },
  {
    name: 'query flags',
    run: async (stage) => {
      await ask(
        stage,
        question('www.plain.test', 'A'),
        question('www.plain.test', 'A', { flags: recursionDesired }),
        question('www.plain.test', 'A', { flags: recursionDesired | checkingDisabled }),
        question('www.plain.test', 'A', { tcp: true }),
        question('www.plain.test', 'A', edns()),
        question('www.plain.test', 'A', edns({ dnssecOk: true })),
        question('www.plain.test', 'A', { ...edns({ options: [cookie] }), flags: recursionDesired }),
        question('www.plain.test', 'A', edns({ options: [clientSubnet] })),
        question('www.plain.test', 'A', edns({ options: [clientSubnet6] })),
        question('www.plain.test', 'A', {
          ...edns({ dnssecOk: true, options: [cookie] }),
          flags: recursionDesired | checkingDisabled,
          tcp: true,
        }),
        question('www.plain.test', 'A', edns({ version: 1 })),
      );
      await send(stage.server, signed(buildQuery(question('www.plain.test', 'A')), ddnsKey));
    },
  },
  {
    name: 'query names and types',
    run: async (stage) => {
      await ask(
        stage,
        question('WWW.Plain.TEST', 'A'),
        question('a\\032b.plain.test', 'A'),
        question('a\\"b\\(c\\;d\\@e\\$f\\000g\\255.plain.test', 'A'),
        question('a\\.b.plain.test', 'A'),
        question('.', 'NS'),
        question('plain.test', 65280),
        question('plain.test', 255),
        question('plain.test', 253),
        question('plain.test', 65),
        question('www.plain.test', 'A', { class: 3 }),
        question('plain.test', 'SOA', { class: 255 }),
        question('version.bind', 'TXT', { class: 3 }),
        question('nope.plain.test', 'A'),
        question('x.sub.plain.test', 'A'),
        question('x.wild.plain.test', 'TXT'),
        question('alias.plain.test', 'A'),
        question('signed.test', 'SOA', edns({ dnssecOk: true })),
      );
    },
  },
  {
    name: 'query refused',
    run: async (stage) => {
      await ask(
        stage,
        question('www.example.com', 'A'),
        question('www.example.com', 'AAAA', { flags: recursionDesired, tcp: true }),
        question('www.noq.test', 'A'),
        question('noq.test', 255),
        question('www.broken.test', 'A'),
        question('broken.test', 'SOA'),
        question('xdown.test', 'SOA'),
        question('plain.test', 254),
        question('plain.test', 41),
        question('plain.test', 249),
        question('plain.test', 250),
        question('plain.test', 'IXFR'),
      );
    },
  },
  {
    name: 'odd messages',
    run: async ({ server }) => {
      const plain = buildQuery(question('www.plain.test', 'A'));
      const status = Uint8Array.from(plain);
      status[2] = 2 << 3;
      await send(server, status);
      const unknown = Uint8Array.from(plain);
      unknown[2] = 15 << 3;
      await send(server, unknown);
      await send(server, plain.subarray(0, plain.length - 2));
      const two = Uint8Array.from(plain);
      two[5] = 2;
      await send(server, two);
    },
  },
  {
    name: 'bad signatures',
    run: async ({ server }) => {
      const message = () => buildQuery(question('www.plain.test', 'A'));
      await send(server, signed(message(), strangeKey));
      await send(server, signed(message(), falseKey));
      await send(server, signed(message(), ddnsKey, 100_000));
      await send(server, signed(buildUpdate(updateId++, 'dyn.test', [addText('x.dyn.test', 'x')]), falseKey));
    },
  },
  {
    name: 'transfers out',
    run: async (stage) => {
      const { server } = stage;
      await ask(stage, question('plain.test', 'AXFR', { tcp: true }), question('PLAIN.test', 'AXFR', { tcp: true }));
      await send(server, signed(buildQuery(question('plain.test', 'AXFR')), ddnsKey), true);
      await send(server, ixfr('plain.test', 9), true);
      await send(server, ixfr('plain.test', 10));
    },
  },
  {
    name: 'too many transfers out',
    run: async ({ server }) => {
      const message = buildQuery(question('big.test', 'AXFR'));
      const framed = Buffer.concat([Buffer.from(u16(message.length)), message]);
      const clients = Array.from({ length: 4 }, () => connect(server.port, '127.0.0.1'));
      for (const client of clients) {
        client.on('error', () => undefined);
        client.pause();
        client.write(framed);
      }
      const started = () => server.lines().filter((line) => line.includes("'big.test/IN': AXFR started")).length;
      await server.until(() => started() === clients.length);
      await send(server, buildQuery(question('plain.test', 'AXFR')), true);
      await send(server, signed(ixfr('plain.test', 9), ddnsKey), true);
      for (const client of clients) client.resetAndDestroy();
    },
  },
  {
    name: 'transfers denied',
    run: async (stage) => {
      const { server } = stage;
      await ask(
        stage,
        question('noxfr.test', 'AXFR', { tcp: true }),
        question('absent.test', 'AXFR', { tcp: true }),
        question('www.plain.test', 'AXFR', { tcp: true }),
        question('broken.test', 'AXFR', { tcp: true }),
        question('plain.test', 'AXFR'),
        question('plain.test', 'IXFR', { tcp: true }),
        question('noq.test', 'AXFR', { tcp: true }),
      );
      await send(server, ixfr('noxfr.test', 9), true);
      await send(server, ixfr('noxfr.test', 9));
      await send(server, signed(buildQuery(question('noxfr.test', 'AXFR')), ddnsKey), true);
    },
  },
  {
    name: 'updates approved',
    run: async (stage) => {
      await update(stage, 'dyn.test', [add('a1.dyn.test', type.a, octetsOf('192.0.2.11'))]);
      await update(stage, 'dyn.test', [
        addText('t.dyn.test', 'one two "three" \\ ;'),
        add('s.dyn.test', type.srv, [...u16(0), ...u16(40), ...u16(5060), ...nameToWire('www.dyn.test')]),
        add('m.dyn.test', type.mx, [...u16(10), ...nameToWire('www.dyn.test')]),
        add('u.dyn.test', 65280, [1, 2, 3]),
        addText('a\\032b.DYN.test', 'x'),
      ]);
      await update(stage, 'dyn.test', [
        removeRecord('a1.dyn.test', type.a, octetsOf('192.0.2.11')),
        removeRrset('t.dyn.test', type.txt),
        removeName('s.dyn.test'),
      ]);
      await update(
        stage,
        'DYN.test',
        [add('a1.dyn.test', type.a, octetsOf('192.0.2.11'))],
        [exists('www.dyn.test', type.a), absent('none.dyn.test', type.any)],
      );
      // What changes nothing.
      await update(stage, 'dyn.test', [
        add('a1.dyn.test', type.a, octetsOf('192.0.2.11')),
        removeRrset('nothing.dyn.test', type.txt),
        removeName('nothing.dyn.test'),
        removeRecord('www.dyn.test', type.a, octetsOf('192.0.2.99')),
      ]);
      await update(stage, 'dyn.test', []);
    },
  },
  {
    name: 'updates ignored',
    run: async (stage) => {
      await update(stage, 'dyn.test', [
        add('www.dyn.test', type.cname, nameToWire('ns.dyn.test')),
        add('alias.dyn.test', type.a, octetsOf('192.0.2.9')),
        removeRrset('dyn.test', type.soa),
        removeRrset('dyn.test', type.ns),
        removeRecord('dyn.test', type.ns, nameToWire('ns.dyn.test')),
        removeName('dyn.test'),
        { ...soa('dyn.test', 5), name: 'dyn.test', class: 1, ttl: 300 },
        { ...soa('x.dyn.test', 500), name: 'x.dyn.test', class: 1, ttl: 300 },
        add('*.dyn.test', type.ns, nameToWire('ns.dyn.test')),
      ]);
    },
  },
  {
    name: 'updates failed',
    run: async (stage) => {
      await update(stage, 'dyn.test', [addText('x.dyn.test', 'x')], [absent('www.dyn.test', type.any)]);
      await update(stage, 'dyn.test', [addText('x.dyn.test', 'x')], [exists('none.dyn.test', type.any)]);
      await update(stage, 'dyn.test', [addText('x.dyn.test', 'x')], [exists('www.dyn.test', type.txt)]);
      await update(stage, 'dyn.test', [addText('x.dyn.test', 'x')], [absent('www.dyn.test', type.a)]);
      await update(
        stage,
        'dyn.test',
        [addText('x.dyn.test', 'x')],
        [{ name: 'www.dyn.test', type: type.a, class: 1, ttl: 0, data: octetsOf('192.0.2.99') }],
      );
      await update(stage, 'dyn.test', [addText('x.dyn.test', 'x')], [exists('www.other.test', type.a)]);
      await update(stage, 'dyn.test', [addText('x.dyn.test', 'x')], [{ ...exists('www.dyn.test', type.a), ttl: 5 }]);
      await update(stage, 'dyn.test', [addText('www.other.test', 'x')]);
      await update(stage, 'dyn.test', [{ ...addText('x.dyn.test', 'x'), class: 3 }]);
      await update(stage, 'dyn.test', [add('x.dyn.test', 252, [])]);
      await update(stage, 'dyn.test', [{ ...removeRrset('x.dyn.test', type.txt), ttl: 5 }]);
    },
  },
  {
    name: 'updates denied',
    run: async (stage) => {
      const { server } = stage;
      await send(server, buildUpdate(updateId++, 'dyn.test', [addText('x.dyn.test', 'x')]));
      await send(server, buildUpdate(updateId++, 'plain.test', [addText('x.plain.test', 'x')]));
      await update(stage, 'plain.test', [addText('x.plain.test', 'x')]);
      await update(stage, 'absent.test', [addText('x.absent.test', 'x')]);
      await update(stage, 'xin.test', [addText('x.xin.test', 'x')]);
      await update(stage, 'noq.test', [addText('x.noq.test', 'x')]);
      await send(server, buildUpdate(updateId++, 'xin.test', [addText('x.xin.test', 'x')]));
      await update(stage, 'broken.test', [addText('x.broken.test', 'x')]);
    },
  },
  {
    name: 'update policy',
    run: async (stage) => {
      await update(stage, 'pol.test', [add('www.pol.test', type.a, octetsOf('192.0.2.81'))]);
      await update(stage, 'pol.test', [addText('www.pol.test', 'x')]);
      await update(stage, 'pol.test', [add('ns.pol.test', type.a, octetsOf('192.0.2.81'))]);
      await send(stage.server, buildUpdate(updateId++, 'pol.test', [addText('www.pol.test', 'x')]));
    },
  },
  {
    name: 'ixfr out',
    run: async ({ server }) => {
      await send(server, ixfr('dyn.test', 10), true);
      await send(server, signed(ixfr('dyn.test', 11), ddnsKey), true);
      await send(server, ixfr('dyn.test', 5), true);
    },
  },
  {
    name: 'notify received',
    run: async ({ server }) => {
      await send(server, notify('xin.test', 10));
      await send(server, notify('xin.test', 9));
      await send(server, signed(notify('xin.test', 10), ddnsKey));
      await send(server, notify('absent.test', 1));
      await send(server, notify('www.xin.test', 1));
      await send(server, notify('plain.test', 1));
      await send(server, notify('XIN.test', 10, { type: 1 }));
      await sendFrom('127.0.0.2', server, notify('xin.test', 11));
    },
  },
  {
    name: 'notify without a serial',
    run: async ({ server }) => send(server, notify('xstyle.test', undefined)),
  },
  {
    name: 'ixfr in',
    run: async ({ server, peer }) => {
      peer.zones.set('xin.test', { soa: { serial: 11 }, axfr: [], ixfr: changes('xin.test') });
      await send(server, notify('xin.test', 11));
    },
  },
  {
    name: 'ixfr in, whole zone',
    run: async ({ server, peer }) => {
      peer.zones.set('xstyle.test', { soa: { serial: 11 }, axfr: [wholeZone('xstyle.test', 11)] });
      await send(server, notify('xstyle.test', 11));
    },
  },
  {
    name: 'ixfr in, signed',
    run: async ({ server, peer }) => {
      peer.zones.set('xsigned.test', { soa: { serial: 11 }, axfr: [], ixfr: changes('xsigned.test') });
      await send(server, notify('xsigned.test', 11));
    },
  },
  {
    name: 'ixfr in not understood',
    run: async ({ server, peer }) => {
      const zone = { soa: { serial: 11 }, axfr: [wholeZone('xform.test', 11)], ixfr: [{ rcode: 1 }] };
      peer.zones.set('xform.test', zone);
      await send(server, notify('xform.test', 11));
    },
  },
  {
    name: 'primary went backwards',
    run: async ({ server, peer }) => {
      peer.zones.set('xlow.test', { soa: { serial: 5 }, axfr: [wholeZone('xlow.test', 5)] });
      await server.say('refresh xlow.test');
    },
  },
  {
    name: 'retransfer',
    run: async ({ server }) => {
      await server.say('retransfer xlow.test');
    },
  },
  {
    name: 'notify sent',
    run: async ({ server }) => {
      server.write('tell.test', zoneText(11));
      await server.say('reload tell.test');
    },
  },
  {
    name: 'notify refused',
    run: async ({ server, peer }) => {
      peer.zones.set('tell.test', { soa: 'silence', axfr: [], notify: 5 });
      await server.say('notify tell.test');
    },
  },
  {
    name: 'reload',
    run: async ({ server }) => {
      server.write('rel.test', zoneText(11));
      await server.say('reload rel.test');
    },
  },
  {
    name: 'reload of nothing new',
    run: async ({ server }) => {
      await server.say('reload rel.test');
    },
  },
  {
    name: 'reload, same serial',
    run: async ({ server }) => {
      server.write('rel.test', zoneText(11, 'new A 192.0.2.9\n'));
      await server.say('reload rel.test');
    },
  },
  {
    name: 'reload, lower serial',
    run: async ({ server }) => {
      server.write('rel.test', zoneText(4));
      await server.say('reload rel.test');
    },
  },
  {
    name: 'reload of a broken file',
    run: async ({ server }) => {
      server.write('rel.test', zoneText(12, 'bad A 192.0.2.999\n'));
      await server.say('reload rel.test');
    },
  },
  {
    name: 'reload of a file that is gone',
    run: async ({ server }) => {
      rmSync(join(server.folder, 'rel.test'));
      await server.say('reload rel.test');
    },
  },
  {
    name: 'reload of all',
    run: async ({ server }) => {
      server.write('rel.test', zoneText(13));
      mendZones(server.folder);
      await server.say('reload');
    },
  },
  {
    name: 'reconfig',
    run: async ({ server }) => {
      await server.say('reconfig');
    },
  },
  {
    name: 'freeze and thaw',
    run: async ({ server }) => {
      await server.say('freeze dyn.test');
      await send(server, signed(buildUpdate(updateId++, 'dyn.test', [addText('x.dyn.test', 'x')]), ddnsKey));
      await server.say('thaw dyn.test');
      await server.say('sync -clean dyn.test');
    },
  },
  {
    name: 'query log off',
    run: async (stage) => {
      await stage.server.say('querylog off');
      await ask(
        stage,
        question('www.plain.test', 'A'),
        question('www.example.com', 'A'),
        question('www.noq.test', 'A'),
        question('noxfr.test', 'AXFR', { tcp: true }),
      );
      await stage.server.say('querylog on');
      await ask(stage, question('www.plain.test', 'AAAA'));
    },
  },
  {
    name: 'stop',
    run: async ({ server }) => {
      await server.say('stop');
      await server.ended();
    },
  },
];
