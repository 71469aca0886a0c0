import { expect } from 'chai';
import type { DockerEngine } from '../../src/engine/docker-engine.ts';
import { SupervisorError } from '../../src/kit/errors.ts';
import { findImage } from '../../src/model/image-reference.ts';
import { sleeperSpec } from '../../src/ports/testing/engine-under-test.ts';
import { engineOf } from './support/device.ts';
import { publishForeignList } from './support/foreign-image.ts';
import { useDevice, useRegistry } from './support/shared.ts';

const never = new AbortController().signal;

async function failureOf(work: Promise<unknown>): Promise<SupervisorError> {
	const err: unknown = await work.catch((thrown: unknown) => thrown);
	if (err instanceof SupervisorError) return err;
	throw new Error('it did not fail as it must', { cause: err });
}

describe('pulling from a registry', () => {
	const device = useDevice();
	const registry = useRegistry();
	let engine: DockerEngine;

	before(async () => {
		engine = engineOf(device());
		await registry().publishLayers('layers:1', [3, 20, 6]);
	});

	after(() => engine.close());

	const has = async (reference: string): Promise<boolean> =>
		findImage(await engine.listImages(never), reference) !== undefined;

	it('must tell progress between 0 and 100 while layers come', async () => {
		const reference = `${registry().open}/layers:1`;
		const percents: number[] = [];
		await engine.pullImage(reference, { signal: never, onProgress: (p) => percents.push(p) });
		expect(percents[0]).to.equal(0);
		expect(percents.at(-1)).to.equal(100);
		expect(percents.filter((p) => p > 0 && p < 100)).to.not.deep.equal([]);
		expect(percents).to.deep.equal([...new Set(percents)].sort((a, b) => a - b));
		await engine.removeImage(reference, never);
	});

	it('must find what was pulled by digest under that reference', async () => {
		const pushed = `${registry().open}/layers:1`;
		const response = await fetch(`${registry().url}/v2/layers/manifests/1`, {
			headers: { accept: 'application/vnd.docker.distribution.manifest.v2+json' },
		});
		const digest = response.headers.get('docker-content-digest') ?? '';
		const byDigest = `${registry().open}/layers@${digest}`;
		await engine.pullImage(byDigest, { signal: never });
		expect(await has(byDigest)).to.equal(true);
		expect(await has(pushed)).to.equal(false);
		const spec = sleeperSpec('hf-by-digest', byDigest);
		const containerId = await engine.createContainer(spec, never);
		const [seen] = (await engine.listContainers(never)).filter(
			(c) => c.containerId === containerId,
		);
		expect(seen?.imageReference).to.equal(byDigest);
		await engine.removeContainer(containerId, never);
		await engine.removeImage(byDigest, never);
		expect(await has(byDigest)).to.equal(false);
	});

	it('must pull `latest` of a name without a tag, and nothing else', async () => {
		await registry().publish('tags:latest');
		await registry().publish('tags:other');
		await engine.pullImage(`${registry().open}/tags`, { signal: never });
		expect(await has(`${registry().open}/tags:latest`)).to.equal(true);
		expect(await has(`${registry().open}/tags:other`)).to.equal(false);
		await engine.removeImage(`${registry().open}/tags`, never);
	});

	it('must pull with the right credentials', async () => {
		const { guarded, credentials } = registry();
		await engine.pullImage(`${guarded}/layers:1`, { signal: never, credentials });
		expect(await has(`${guarded}/layers:1`)).to.equal(true);
		await engine.removeImage(`${guarded}/layers:1`, never);
	});

	it('must say that the registry refuses wrong credentials, or wants some', async () => {
		const { guarded, credentials } = registry();
		const reference = `${guarded}/layers:1`;
		const wrong = { ...credentials, password: 'not it' };
		const refused = await failureOf(
			engine.pullImage(reference, { signal: never, credentials: wrong }),
		);
		expect(refused).to.include({ code: 'IMAGE_PULL_FAILED' });
		expect(refused.message).to.equal(
			`${reference} could not be downloaded: the registry refuses our credentials, or has no such image`,
		);
		const wanted = await failureOf(engine.pullImage(reference, { signal: never }));
		expect(wanted.message).to.include('the registry wants credentials');
	});

	it('must say that the registry has no such image', async () => {
		for (const name of ['layers:2', 'nobody:1']) {
			const reference = `${registry().open}/${name}`;
			const err = await failureOf(engine.pullImage(reference, { signal: never }));
			expect(err).to.include({ code: 'IMAGE_PULL_FAILED' });
			expect(err.message).to.equal(
				`${reference} could not be downloaded: the registry has no such image`,
			);
		}
	});

	it('must say that the registry cannot be reached, and pull once it can', async () => {
		const reference = `${registry().open}/layers:1`;
		await registry().stop();
		const err = await failureOf(engine.pullImage(reference, { signal: never }));
		await registry().start();
		expect(err).to.include({ code: 'IMAGE_PULL_FAILED', retry: 'backoff' });
		expect(err.message).to.include('the registry cannot be reached (connection refused)');
		await engine.pullImage(reference, { signal: never });
		await engine.removeImage(reference, never);
	});

	it('must say that the image is made for other architectures only', async () => {
		const name = await publishForeignList(registry().url, 'foreign:1');
		const reference = `${registry().open}/${name}`;
		const err = await failureOf(engine.pullImage(reference, { signal: never }));
		expect(err).to.include({ code: 'IMAGE_WRONG_ARCHITECTURE' });
		expect(err.message).to.match(/foreign:1: the image is not made for linux\/(amd64|arm64)/);
	});

	it('must end a pull when its signal fires, and pull again from there', async () => {
		await registry().publishLayers('large:1', [30, 30]);
		const reference = `${registry().open}/large:1`;
		const abort = new AbortController();
		const reason = new Error('a new target');
		const started = performance.now();
		const work = engine.pullImage(reference, {
			signal: abort.signal,
			onProgress: (percent) => {
				if (percent > 0) abort.abort(reason);
			},
		});
		expect(await work.catch((err: unknown) => err)).to.equal(reason);
		const tookMs = performance.now() - started;
		expect(await has(reference)).to.equal(false);
		expect(tookMs).to.be.lessThan(10_000);
		await engine.pullImage(reference, { signal: never });
		expect(await has(reference)).to.equal(true);
		await engine.removeImage(reference, never);
	});
});
