/** Records what the installed BIND logs: `node test/interop/log-lines/record.ts`. `Ringzone` as argument prints ours. */
import { play, settleQuiet } from './play.ts';
import { recordedVersion, writeRecording } from './recording.ts';
import { bindVersion } from './server.ts';

if (process.argv[2] === 'Ringzone') {
  for (const [name, lines] of await play('Ringzone', settleQuiet))
    process.stdout.write(`# ${name}\n${lines.map((line) => `${line}\n`).join('')}\n`);
} else {
  const version = await bindVersion();
  if (version !== recordedVersion) throw new Error(`the recording is of BIND ${recordedVersion}, not of ${version}`);
  writeRecording(await play('BIND', settleQuiet));
}
