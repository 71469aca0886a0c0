import { expect } from 'chai';
import type { DockerEngine } from '../../src/engine/docker-engine.ts';
import { systemClock } from '../../src/kit/clock.ts';
import { silentLogger } from '../../src/kit/logger.ts';
import { createObserver, type Observer } from '../../src/observe/observer.ts';
import { sleeperSpec } from '../../src/ports/testing/engine-under-test.ts';
import { eventually } from '../support/eventually.ts';
import { engineOf } from './support/device.ts';
import { baseImage } from './support/images.ts';
import { useDevice } from './support/shared.ts';

const never = new AbortController().signal;

describe('observer of a real engine', () => {
	const device = useDevice();
	const name = 'hf-observed';
	let engine: DockerEngine;
	let observer: Observer;
	let stop: AbortController;
	let running: Promise<void>;

	beforeEach(async () => {
		engine = engineOf(device());
		observer = createObserver({ engine, clock: systemClock, log: silentLogger });
		stop = new AbortController();
		running = observer.run(stop.signal);
		await eventually('an open stream', () => observer.isEngineUp);
	});

	afterEach(async () => {
		stop.abort();
		await running;
		await engine.removeContainer(name, never);
		engine.close();
	});

	const seenState = async (): Promise<string> => {
		const { containers } = await observer.current(never);
		return containers.find((container) => container.name === name)?.state ?? 'absent';
	};

	it('must see a container come, start, be killed and go, by events alone', async () => {
		let changes = 0;
		observer.onChange(() => changes++);
		const becomes = (state: string) =>
			eventually(state, async () => ((await seenState()) === state ? true : undefined));
		expect(await seenState()).to.equal('absent');
		await device().docker(
			...['create', '--name', name, '--label', 'io.balena.supervised=true'],
			...[baseImage, 'sleep', '1000'],
		);
		await becomes('created');
		await device().docker('start', name);
		await becomes('running');
		await device().docker('kill', name);
		await becomes('exited');
		await device().docker('rm', name);
		await becomes('absent');
		expect(changes).to.be.greaterThan(2);
	});

	it('must hand out one reading while the engine is left alone, execs and health checks aside', async () => {
		await engine.createContainer(sleeperSpec(name, baseImage), never);
		await engine.startContainer(name, never);
		observer.markStale();
		await eventually('a reading that outlives an exec', async () => {
			const first = await observer.current(never); // what happened before may still come in
			await device().docker('exec', name, 'true');
			await new Promise((resolve) => setTimeout(resolve, 300));
			return (await observer.current(never)) === first ? true : undefined;
		});
	});

	it('must come back by itself after a restart of the engine, with a new reading', async () => {
		await engine.createContainer(sleeperSpec(name, baseImage), never);
		await engine.startContainer(name, never);
		const availability: boolean[] = [];
		observer.onAvailability((isUp) => availability.push(isUp));
		await device().restartEngine();
		await eventually('the engine up again', () => availability.at(-1) === true || undefined, {
			withinMs: 30_000,
		});
		expect(availability).to.deep.equal([false, true]);
		expect(await seenState()).to.equal('exited');
	});
});
