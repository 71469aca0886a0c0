import { getEventListeners } from 'node:events';
import { expect } from 'chai';
import { createDockerEngine, type DockerEngine } from '../../src/engine/docker-engine.ts';
import { SupervisorError } from '../../src/kit/errors.ts';
import { sleeperSpec } from '../../src/ports/testing/engine-under-test.ts';
import { startEngineProxy } from '../support/engine-proxy.ts';
import { engineOf } from './support/device.ts';
import { loadForeignImage } from './support/foreign-image.ts';
import { baseImage } from './support/images.ts';
import { useDevice } from './support/shared.ts';

const never = new AbortController().signal;

async function codeOf(work: Promise<unknown>): Promise<string> {
	const err: unknown = await work.catch((thrown: unknown) => thrown);
	return err instanceof SupervisorError ? err.code : String(err);
}

describe('an engine in trouble', () => {
	const device = useDevice();
	let engine: DockerEngine;

	before(() => (engine = engineOf(device())));
	after(() => engine.close());

	it('must not start a container made for another architecture, say so, and leave it stopped', async () => {
		const image = 'hf-foreign:1';
		await loadForeignImage(device(), image);
		const { config, ...spec } = sleeperSpec('hf-foreign', image);
		const always = { Name: 'always', MaximumRetryCount: 0 } as const;
		const HostConfig = { ...config.HostConfig, RestartPolicy: always };
		const wanted = { ...spec, config: { ...config, Cmd: ['/app'], HostConfig } };
		await engine.createContainer(wanted, never);
		const err: unknown = await engine
			.startContainer(spec.name, never)
			.catch((thrown: unknown) => thrown);
		expect(err).to.have.property('code', 'IMAGE_WRONG_ARCHITECTURE');
		expect(err)
			.to.have.property('message')
			.match(/^image hf-foreign:1 is made for another/);
		expect((await engine.inspectContainer(spec.name, never)).running).to.equal(false);
		await engine.removeContainer(spec.name, never);
		await engine.removeImage(image, never);
	});

	it('must break the event stream when the engine restarts, and answer afterwards', async () => {
		let opened = (): void => undefined;
		const open = new Promise<void>((resolve) => (opened = resolve));
		const listening = codeOf(
			(async () => {
				for await (const { type } of engine.events(never, opened)) expect(type).to.not.equal('');
			})(),
		);
		await open;
		await device().restartEngine();
		expect(await listening).to.equal('ENGINE_UNAVAILABLE');
		await engine.ping(never);
		await engine.listContainers(never);
	});

	it('must say that an engine that is stopped does not answer', async () => {
		await device().stopEngine();
		try {
			expect(await codeOf(engine.listContainers(never))).to.equal('ENGINE_UNAVAILABLE');
			expect(await codeOf(engine.ping(never))).to.equal('ENGINE_UNAVAILABLE');
		} finally {
			await device().startEngine();
		}
		await engine.listContainers(never);
	});

	it('must say that a connection broke inside an answer, and not wait for ever', async () => {
		const proxy = await startEngineProxy(device().address);
		const { port } = new URL(proxy.url);
		const proxied = createDockerEngine({ host: '127.0.0.1', port: Number(port) });
		try {
			await proxied.listContainers(never);
			proxy.setHooks({ onAnswer: ({ path }) => (path === '/images/json' ? 'drop' : 'pass') });
			expect(await codeOf(proxied.listImages(never))).to.equal('ENGINE_UNAVAILABLE');
			proxy.setHooks({ onCall: ({ path }) => (path === '/networks' ? 'drop' : 'pass') });
			expect(await codeOf(proxied.listNetworks(never))).to.equal('ENGINE_UNAVAILABLE');
		} finally {
			proxied.close();
			await proxy.close();
		}
	});

	it('must make one call for each list, and one call for each change', async () => {
		const proxy = await startEngineProxy(device().address);
		const { port } = new URL(proxy.url);
		const proxied = createDockerEngine({ host: '127.0.0.1', port: Number(port) });
		try {
			await proxied.ping(never); // asks for the version, too
			proxy.forget();
			const name = await proxied.createContainer(sleeperSpec('hf-counted', baseImage), never);
			await proxied.startContainer(name, never);
			await proxied.listContainers(never);
			await proxied.stopContainer(name, never);
			await proxied.removeContainer(name, never);
			expect(proxy.calls().map(({ method }) => method)).to.deep.equal([
				...['POST', 'POST', 'GET', 'POST', 'DELETE'],
			]);
		} finally {
			proxied.close();
			await proxy.close();
		}
	});

	it('must leave nothing on a long-lived signal, however many calls and streams it ended', async () => {
		const lifetime = new AbortController();
		for (let n = 0; n < 20; n++) {
			await engine.listContainers(lifetime.signal);
			for await (const { stamp } of engine.containerLogs(await sleeper(), {
				...{ follow: false, signal: lifetime.signal },
			})) {
				expect(stamp).to.not.equal('');
			}
		}
		expect(getEventListeners(lifetime.signal, 'abort')).to.deep.equal([]);
		await engine.removeContainer('hf-sleeper', never);
	});

	const sleeper = (): Promise<string> =>
		engine.createContainer(sleeperSpec('hf-sleeper', baseImage), never);
});
