import { ServerCookies } from '../../src/answer/cookie/server-cookies.ts';
import { Client } from '../../src/plane/access/client.ts';
import { packQuestions, packQuestionsWithCookie } from '../generator/question-file.ts';
import { benchCookieSecret, ringzone, ringzoneLimited, ringzoneWithCookies } from '../servers/ringzone.ts';
import { listPhonesQuestions, phonesZone } from '../zones/phones.ts';
import type { Scene } from './scene.ts';
import { runUdpScene } from './udp-scene.ts';

export const limits: Scene = {
  name: 'limits',
  about: 'as sip: what rate limits and cookies cost who is not limited',
  isExtra: true,
  programs: [ringzone, ringzoneLimited, ringzoneWithCookies],
  rounds: 8,
  seconds: 1.2,
  run: (setting) => {
    const questions = listPhonesQuestions();
    const withCookies = packQuestionsWithCookie(questions, makeCookie());
    const otherQuestions = { [ringzoneWithCookies.name]: withCookies };
    return runUdpScene({ zones: [phonesZone], questions: packQuestions(questions), otherQuestions }, setting);
  },
};

/** For 127.0.0.1, by the secret that the server has. */
function makeCookie(): Uint8Array {
  const cookies = new ServerCookies([Uint8Array.from(Buffer.from(benchCookieSecret, 'hex'))]);
  const client = new Client();
  client.octets = Uint8Array.of(127, 0, 0, 1);
  cookies.check(Buffer.from('a client'), 0, 8, client, Math.floor(Date.now() / 1000));
  const option = new Uint8Array(28);
  cookies.writeOption(option, 0);
  return option.slice(4);
}
