import { expect } from 'chai';
import type { DockerEngine } from '../../src/engine/docker-engine.ts';
import type { EngineLogLine } from '../../src/ports/container-engine.ts';
import { sleeperSpec } from '../../src/ports/testing/engine-under-test.ts';
import { engineOf } from './support/device.ts';
import { baseImage } from './support/images.ts';
import { useDevice } from './support/shared.ts';

const never = new AbortController().signal;

describe('logs of containers', () => {
	const device = useDevice();
	const made: string[] = [];
	let engine: DockerEngine;

	before(() => (engine = engineOf(device())));
	after(() => engine.close());
	afterEach(async () => {
		for (const name of made.splice(0)) await engine.removeContainer(name, never);
	});

	/** Runs a script to its end and reads what it wrote. */
	async function linesOf(script: string, tty = false): Promise<EngineLogLine[]> {
		const name = `hf-logs-${made.length}-${Math.random().toString(36).slice(2, 8)}`;
		made.push(name);
		const config = { Cmd: ['sh', '-c', script], Tty: tty };
		await engine.createContainer(sleeperSpec(name, baseImage, { config }), never);
		await engine.startContainer(name, never);
		const lines: EngineLogLine[] = [];
		for await (const line of engine.containerLogs(name, { follow: true, signal: never })) {
			lines.push(line);
		}
		return lines;
	}

	const messagesOf = (lines: readonly EngineLogLine[]) => lines.map(({ message }) => message);

	it('must tell the two streams apart', async () => {
		const lines = await linesOf('echo out; sleep 0.1; echo err >&2; sleep 0.1; echo "grün €"');
		expect(lines.map(({ message, isStdErr }) => [message, isStdErr])).to.deep.equal([
			['out', false],
			['err', true],
			['grün €', false],
		]);
	});

	it('must read a terminal, without its carriage returns', async () => {
		const lines = await linesOf('echo one; echo; echo three >&2', true);
		expect(lines.map(({ message, isStdErr }) => [message, isStdErr])).to.deep.equal([
			['one', false],
			['', false],
			['three', false],
		]);
		expect(lines.every(({ stamp }) => /^\d{4}-.*\.\d{9}Z$/.test(stamp))).to.equal(true);
	});

	for (const tty of [false, true]) {
		it(`must join a line longer than the engine's buffer (${tty ? 'terminal' : 'streams'})`, async () => {
			const script = 'head -c 40000 /dev/zero | tr "\\0" x; echo; echo short';
			const [long, short] = messagesOf(await linesOf(script, tty));
			expect(long).to.match(/^x+$/);
			expect(long).to.have.length(40_000);
			expect(short).to.equal('short');
		});
	}

	it('must deliver a last line without a line break', async () => {
		expect(messagesOf(await linesOf('echo one; printf two'))).to.deep.equal(['one', 'two']);
	});

	it('must give every line a stamp of its own that is an exact cursor', async () => {
		const lines = await linesOf('for n in 1 2 3 4 5 6 7 8 9; do echo $n; done');
		const container = made[0] ?? '';
		for (const [index, { stamp }] of lines.entries()) {
			const rest: EngineLogLine[] = [];
			const options = { follow: false, since: stamp, signal: never };
			for await (const line of engine.containerLogs(container, options)) rest.push(line);
			expect(messagesOf(rest)).to.deep.equal(messagesOf(lines.slice(index + 1)));
		}
	});
});
