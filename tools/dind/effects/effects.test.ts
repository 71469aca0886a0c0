import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { ToolError } from './errors.ts';
import { digestInputs } from './inputs.ts';
import { isPortTaken, requireFreePorts } from './ports.ts';
import { createProgress } from './progress.ts';
import { createShell } from './shell.ts';

async function failureOf(act: Promise<unknown>): Promise<ToolError> {
	try {
		await act;
	} catch (thrown) {
		if (thrown instanceof ToolError) return thrown;
		throw thrown;
	}
	throw new Error('nothing was thrown');
}

describe('shell', () => {
	const shell = createShell();

	it('must return what a command printed and its exit code', async () => {
		const result = await shell.capture(['sh', '-c', 'cat; echo bad >&2; exit 3'], { input: 'in' });
		expect(result).to.deep.equal({ code: 3, stdout: 'in', stderr: 'bad\n' });
	});

	it('must answer 127 for a program that is not there', async () => {
		expect((await shell.capture(['/nowhere/at/all'])).code).to.equal(127);
	});

	it('must name the command and its last words when it fails', async () => {
		const error = await failureOf(shell.read(['sh', '-c', 'echo why >&2; exit 4']));
		expect(error.message).to.include('exit code 4').and.to.include('why').and.to.include("sh -c '");
	});

	it('must feed one command to another', async () => {
		expect(await shell.pipe(['echo', 'abc'], ['tr', 'a-c', 'x-z'])).to.equal('xyz');
	});

	it('must fail when either end of a pipe fails', async () => {
		const first = await failureOf(shell.pipe(['sh', '-c', 'echo lost >&2; exit 5'], ['cat']));
		expect(first.message).to.include('exit code 5').and.to.include('lost');
		const second = await failureOf(shell.pipe(['yes'], ['sh', '-c', 'exit 6']));
		expect(second.message).to.include('exit code 6');
	});
});

describe('ports', () => {
	it('must name a taken port, its use and the option to change it', async () => {
		const { port, close } = await listenSomewhere();
		const error = await failureOf(
			requireFreePorts([{ port, use: 'the page', option: '--page-port' }], {
				tries: 2,
				pauseMs: 1,
			}),
		);
		expect(error.message).to.include(`port ${port}`).and.to.include('the page');
		expect(error.todo).to.include('--page-port');
		await close();
		expect(await isPortTaken(port)).to.equal(false);
	});

	it('must wait for a port that is taken for a moment only', async function () {
		this.timeout(10_000);
		const { port, close } = await listenSomewhere();
		const required = requireFreePorts([{ port, use: 'the page', option: '--page-port' }]);
		await isPortTaken(port);
		await close();
		await required;
	});
});

async function listenSomewhere(): Promise<{ port: number; close: () => Promise<void> }> {
	const server = createServer();
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const address = server.address();
	if (typeof address !== 'object' || address === null) throw new Error('no port');
	const close = () => new Promise<void>((resolve) => void server.close(() => resolve()));
	return { port: address.port, close };
}

describe('digestInputs', () => {
	it('must change with content, name and executable bit, and not with tests or packages', () => {
		const root = mkdtempSync(join(tmpdir(), 'dindctl-inputs-'));
		const write = (path: string, text: string, mode = 0o644) =>
			writeFileSync(join(root, path), text, { mode });
		mkdirSync(join(root, 'src/node_modules'), { recursive: true });
		write('src/a.ts', '1');
		const digest = () => digestInputs(root, ['src', 'absent']);
		const first = digest();
		write('src/a.test.ts', '1');
		write('src/node_modules/x.js', '1');
		expect(digest()).to.equal(first);
		write('src/b', '1');
		const second = digest();
		rmSync(join(root, 'src/b'));
		write('src/b', '1', 0o755);
		const third = digest();
		write('src/a.ts', '2');
		expect(new Set([first, second, third, digest()]).size).to.equal(4);
		rmSync(root, { recursive: true });
	});
});

describe('progress', () => {
	it('must show the time since the start and tell the same only once', () => {
		const lines: string[] = [];
		const times = [0, 3200, 64_000];
		const progress = createProgress({
			write: (line) => lines.push(line),
			monotonicMs: () => times.shift() ?? 0,
		});
		progress.update('one');
		progress.update('one');
		progress.update('two');
		expect(lines).to.deep.equal(['[   3.2 s] one\n', '[  64.0 s] two\n']);
	});
});
