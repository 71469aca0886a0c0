import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import type { DockerEngine } from '../../src/engine/docker-engine.ts';
import type { LogCursorStore } from '../../src/ports/log-cursor-store.ts';
import { eventually } from '../support/eventually.ts';
import { engineOf } from './support/device.ts';
import { baseImage } from './support/images.ts';
import { memoryCursors, startFollower, type Follower } from './support/log-follower.ts';
import { useDevice } from './support/shared.ts';

const prefix = 'hf-exact-';
const patient = { withinMs: 150_000 };

/** Every test holds what was read against what the engine itself has: no line less, none twice, in its order. */
describe('no line lost, none twice', () => {
	const device = useDevice();
	const made: string[] = [];
	let engine: DockerEngine;
	let cursorStore: LogCursorStore;
	let follower: Follower | undefined;

	beforeEach(() => {
		engine = engineOf(device());
		cursorStore = memoryCursors();
	});
	afterEach(async () => {
		await follower?.stop();
		follower = undefined;
		await device().docker('rm', '--force', '--volumes', ...made.splice(0));
		engine.close();
	});

	async function follow(): Promise<Follower> {
		follower = await startFollower({ engine, prefix, cursorStore });
		return follower;
	}
	/** Starts a container of ours by the engine's own command. */
	async function run(name: string, script: string, ...options: string[]): Promise<string> {
		const full = `${prefix}${name}`;
		made.push(full);
		const labels = [
			'--label',
			'io.balena.supervised=true',
			'--label',
			`io.balena.service-name=${name}`,
		];
		const argv = [
			'run',
			'--detach',
			'--stop-signal',
			'KILL',
			'--name',
			full,
			...labels,
			...options,
		];
		await device().docker(...argv, baseImage, 'sh', '-c', script);
		return full;
	}
	/** Everything the engine has of a container's standard output. */
	const kept = async (container: string): Promise<string[]> => {
		const lines: string[] = [];
		const options = { follow: false, signal: new AbortController().signal };
		for await (const { message } of engine.containerLogs(container, options)) lines.push(message);
		return lines;
	};
	const textsOf = (one: Follower, name = ''): string[] =>
		one.lines
			.filter(({ serviceName = '' }) => serviceName.startsWith(name))
			.map(({ message }) => message);
	const untilRead = (one: Follower, count: number): Promise<unknown> =>
		eventually(
			`${count} lines`,
			() => {
				if (one.lines.length < count) throw new Error(`${one.lines.length} lines`);
				return true;
			},
			patient,
		);

	const untilEnd = (one: Follower): Promise<unknown> =>
		eventually('the end of the log', () => one.manager.attachmentCount === 0 || undefined, patient);

	const ticking =
		'L=$(cut -d" " -f1 /proc/uptime); i=0; while :; do i=$((i+1)); echo "$L $i"; echo "$L e$i" >&2; sleep 0.01; done';

	it('must read on over restarts of the engine, and of the container with it', async () => {
		const one = await follow();
		const container = await run('engine', ticking, '--restart', 'always');
		await untilRead(one, 50);
		await device().restartEngine();
		await untilRead(one, one.lines.length + 50);
		await device().restartEngine();
		await untilRead(one, one.lines.length + 50);
		await device().docker('update', '--restart', 'no', container);
		await device().docker('kill', container);
		await untilEnd(one);
		expect(textsOf(one)).to.deep.equal(await kept(container));
	});

	/** What readers have read that followed one another while the container wrote. @returns all of it, and what there is */
	async function readInTurns(
		begin: () => Promise<string>,
		{ turns, lines }: { readonly turns: number; readonly lines: number },
	): Promise<{ readonly read: string[]; readonly there: string[] }> {
		const read: string[] = [];
		let one = await follow(); // a container that is older than what is known would be followed from now on
		const container = await begin();
		for (let turn = 0; turn < turns; turn++) {
			await untilRead(one, lines);
			await one.stop();
			read.push(...textsOf(one));
			one = await follow();
		}
		await device().docker('kill', container);
		await untilEnd(one);
		return { read: [...read, ...textsOf(one)], there: await kept(container) };
	}

	it('must read on over restarts of the reader', async () => {
		const begin = () => run('reader', ticking);
		const { read, there } = await readInTurns(begin, { turns: 4, lines: 60 });
		expect(read).to.deep.equal(there);
	});

	it('must give all of 200,000 lines that are printed as fast as they can be', async () => {
		const one = await follow();
		await run('flood', 'seq 1 200000');
		await untilRead(one, 200_000);
		expect(textsOf(one)).to.deep.equal(Array.from({ length: 200_000 }, (_, n) => String(n + 1)));
	});

	it('must give all lines of thirty containers that print together', async () => {
		const one = await follow();
		const names = Array.from({ length: 30 }, (_, n) => `crowd-${String(n).padStart(2, '0')}`);
		await Promise.all(names.map((name) => run(name, 'seq 1 3000', '--network', 'none')));
		await untilRead(one, 90_000);
		const expected = Array.from({ length: 3000 }, (_, n) => String(n + 1));
		for (const name of names) expect(textsOf(one, name)).to.deep.equal(expected);
	});

	it('must follow a log that is rotated', async () => {
		const small = ['--log-opt', 'max-size=20k', '--log-opt', 'max-file=2'];
		// a burst for each line of its input
		const script = 'i=0; while read -r _; do seq $((i+1)) $((i+100)); i=$((i+100)); done < /pipe';
		const container = await run('rotated', `mkfifo /pipe; exec 3<>/pipe; ${script}`, ...small);
		const one = await follow();
		for (let bursts = 1; bursts <= 20; bursts++) {
			await device().docker('exec', container, 'sh', '-c', 'echo go > /pipe');
			await untilRead(one, bursts * 100);
		}
		expect(textsOf(one)).to.deep.equal(Array.from({ length: 2000 }, (_, n) => String(n + 1)));
	});

	for (const driver of ['json-file', 'local', 'journald']) {
		it(`must read on over restarts of the reader with the log driver ${driver}`, async () => {
			const script = 'while :; do seq 1 40; sleep 0.2; done';
			const begin = () => run('driver', script, '--log-driver', driver);
			const { read, there } = await readInTurns(begin, { turns: 3, lines: 100 });
			expect(read).to.deep.equal(there);
		});
	}

	it('must say once that the log driver keeps nothing to read', async () => {
		const one = await follow();
		const container = await run('none', 'echo lost; sleep 1000', '--log-driver', 'none');
		await untilRead(one, 1);
		await device().docker('restart', '--time', '0', container);
		await eventually('no reader', () => one.manager.attachmentCount === 0 || undefined);
		expect(textsOf(one)).to.deep.equal([
			"The log of service 'none' cannot be read: configured logging driver does not support reading",
		]);
	});

	it('must repeat after a sudden end only what it had not noted, and lose nothing', async () => {
		const folder = await mkdtemp(path.join(tmpdir(), 'hf-log-follower-'));
		const [cursors, out] = [path.join(folder, 'cursors'), path.join(folder, 'lines')];
		const written = async (): Promise<number[]> =>
			(await readFile(out, 'utf8').catch(() => '')).split('\n').slice(0, -1).map(Number);
		const children: ChildProcess[] = [];
		const start = async (): Promise<ChildProcess> => {
			const script = path.join(import.meta.dirname, 'support/log-follower-process.ts');
			const args = [String(device().address.port), prefix, cursors, out];
			const child = spawn(process.execPath, ['--import', 'tsx', script, ...args], {
				stdio: ['ignore', 'pipe', 'inherit'],
			});
			children.push(child);
			await once(child.stdout, 'data'); // it is ready
			return child;
		};
		try {
			let child = await start();
			await run('killed', 'i=0; while :; do i=$((i+1)); echo $i; sleep 0.005; done');
			let before: number[] = [];
			for (let round = 0; round < 4; round++) {
				const enough = before.length + 300;
				const hasEnough = async (): Promise<true | undefined> =>
					(await written()).length > enough || undefined;
				await eventually('some lines', hasEnough, patient);
				child.kill('SIGKILL');
				await once(child, 'exit');
				const all = await written();
				const fresh = all.slice(before.length);
				const [first = 0] = fresh;
				const repeated = (before.at(-1) ?? 0) + 1 - first;
				expect(repeated, 'lines that were repeated').to.be.within(0, before.length);
				expect(fresh).to.deep.equal(fresh.map((_, index) => first + index));
				before = all;
				child = await start();
			}
		} finally {
			for (const child of children) child.kill('SIGKILL');
			await rm(folder, { recursive: true, force: true });
		}
	});
});
