import { openSync, writeSync } from 'node:fs';
import { createDockerEngine } from '../../../src/engine/docker-engine.ts';
import { createLogCursorFile } from '../../../src/store/log-cursor-file.ts';
import { startFollower } from './log-follower.ts';

/** Follows logs until it is killed. Arguments: port of the engine, prefix of names, file of the cursors, file for lines. */
const [port = '', prefix = '', cursorPath = '', outPath = ''] = process.argv.slice(2);
const out = openSync(outPath, 'a');
await startFollower({
	engine: createDockerEngine({ host: '127.0.0.1', port: Number(port) }),
	prefix,
	cursorStore: createLogCursorFile(cursorPath),
	sink: { write: ({ message }) => void writeSync(out, `${message}\n`) },
});
process.stdout.write('ready\n');
