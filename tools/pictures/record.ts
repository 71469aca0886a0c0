// Records docs/terminal.cast anew: `node --import tsx tools/pictures/record.ts`, on a computer where `./dindctl run` has
// run once, so that the images are there, and no device is left. It needs util-linux' `script`. Afterwards
// `npm run generate` makes the picture of it.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { castFile } from './terminal-picture.ts';
import { toCast } from './cast.ts';

const root = path.resolve(import.meta.dirname, '../..');
const size = { width: 100, height: 24 };
/** Longer pauses are shortened when it is played. */
const idleTimeLimit = 2;

const folder = mkdtempSync(path.join(tmpdir(), 'holdfast-terminal-'));
try {
	symlinkSync(path.join(root, 'dindctl'), path.join(folder, 'dindctl'));
	cpSync(path.join(root, 'examples/hello'), path.join(folder, 'hello'), { recursive: true });
	const output = path.join(folder, 'output');
	const timing = path.join(folder, 'timing');
	const session = path.join(import.meta.dirname, 'session.sh');
	execFileSync(
		'script',
		[
			...['--quiet', '--flush', '--log-out', output, '--log-timing', timing],
			...['--command', `bash -u ${session}`],
		],
		{
			cwd: folder,
			stdio: ['ignore', 'inherit', 'inherit'],
			env: { ...process.env, COLUMNS: String(size.width), LINES: String(size.height) },
		},
	);
	const recorded = { output: readFileSync(output), timing: readFileSync(timing, 'utf8') };
	writeFileSync(path.join(root, castFile), toCast(recorded, { ...size, idleTimeLimit }));
} finally {
	rmSync(folder, { recursive: true });
	execFileSync(path.join(root, 'dindctl'), ['stop'], { stdio: 'ignore' });
}
