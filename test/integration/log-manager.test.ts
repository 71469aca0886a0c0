import { expect } from 'chai';
import type { DockerEngine } from '../../src/engine/docker-engine.ts';
import { systemClock } from '../../src/kit/clock.ts';
import type { ContainerSpec } from '../../src/model/container-spec.ts';
import type { LogLine } from '../../src/model/log-line.ts';
import { observeDevice } from '../../src/observe/observe-device.ts';
import type { LogCursorStore } from '../../src/ports/log-cursor-store.ts';
import { sleeperSpec } from '../../src/ports/testing/engine-under-test.ts';
import { eventually } from '../support/eventually.ts';
import { engineOf } from './support/device.ts';
import { baseImage } from './support/images.ts';
import { memoryCursors, startFollower, type Follower } from './support/log-follower.ts';
import { useDevice } from './support/shared.ts';

const never = new AbortController().signal;
const prefix = 'hf-followed-';
const labels = {
	'io.balena.supervised': 'true',
	'io.balena.service-id': '31007',
	'io.balena.service-name': 'main',
};

describe('log manager on a real engine', () => {
	const device = useDevice();
	let cursorStore: LogCursorStore;
	let engine: DockerEngine;
	let follower: Follower;
	let lines: LogLine[];
	let made: string[];

	beforeEach(async () => {
		engine = engineOf(device());
		cursorStore = memoryCursors();
		lines = [];
		made = [];
		await start();
	});
	afterEach(async () => {
		await follower.stop();
		for (const name of made) await engine.removeContainer(name, never);
		engine.close();
	});

	async function start(): Promise<void> {
		const sink = { write: (line: LogLine) => void lines.push(line) };
		follower = await startFollower({ engine, prefix, cursorStore, sink });
	}
	async function run(
		name: string,
		script: string,
		config: Partial<ContainerSpec['config']> = {},
	): Promise<void> {
		const full = `${prefix}${name}`;
		made.push(full);
		const spec = sleeperSpec(full, baseImage, {
			config: { Labels: labels, Cmd: ['sh', '-c', script], ...config },
		});
		await engine.createContainer(spec, never);
		await engine.startContainer(full, never);
	}
	const until = (what: string, check: () => boolean): Promise<unknown> =>
		eventually(what, () => check() || undefined);
	const messages = (): string[] => lines.map(({ message }) => message);
	const shown = (expected: string[]): Promise<unknown> =>
		eventually(`lines ${expected.join()}`, () => {
			expect([...messages()].sort()).to.deep.equal([...expected].sort());
			return true;
		});

	it('must send all lines of a container that ends at once', async () => {
		await run('short', 'echo out; echo err >&2');
		await shown(['out', 'err']);
		expect(lines.find(({ message }) => message === 'err')).to.include({
			isStdErr: true,
			isSystem: false,
			serviceId: 31007,
			serviceName: 'main',
		});
		await until('nothing attached', () => follower.manager.attachmentCount === 0);
	});

	it('must send the lines of a terminal as standard output', async () => {
		await run('tty', 'echo one >&2; sleep 100', { Tty: true });
		await shown(['one']);
		expect(lines[0]?.isStdErr).to.equal(false);
		expect(follower.manager.attachmentCount).to.equal(1);
	});

	it('must send every life of a container that the engine restarts', async () => {
		const { HostConfig } = sleeperSpec('x', baseImage).config;
		const policy = { Name: 'on-failure', MaximumRetryCount: 2 } as const;
		await run('lives', 'echo life; exit 1', {
			HostConfig: { ...HostConfig, RestartPolicy: policy },
		});
		await shown(['life', 'life', 'life']);
	});

	it('must neither repeat nor miss lines over its own restart', async () => {
		await run('steady', 'i=0; while :; do i=$((i+1)); echo $i; sleep 0.05; done');
		await until('some lines', () => lines.length > 5);
		await follower.stop();
		const before = lines.length;
		await new Promise((resolve) => setTimeout(resolve, 300));
		await start();
		await until('more lines', () => lines.length > before + 12);
		expect(messages()).to.deep.equal(lines.map((_, index) => String(index + 1)));
	});

	it('must let go of a container that is removed', async () => {
		await run('gone', 'echo here; sleep 100');
		await shown(['here']);
		await engine.removeContainer(`${prefix}gone`, never);
		await until('nothing attached', () => follower.manager.attachmentCount === 0);
		const left = await observeDevice({ engine, clock: systemClock }, never);
		expect(left.containers.filter(({ name }) => name.startsWith(prefix))).to.deep.equal([]);
	});
});
