import { expect } from 'chai';
import { SupervisorError } from '../kit/errors.ts';
import { createFakeClock } from '../kit/testing/fake-clock.ts';
import { createFakeEngine } from '../ports/testing/fake-engine.ts';
import { measureEngine } from './measured-engine.ts';

const signal = new AbortController().signal;

describe('measureEngine', () => {
	const clock = createFakeClock();
	let calls: string[];
	const measures = {
		clock,
		onCall: (method: string, outcome: string) => void calls.push(`${method} ${outcome}`),
		onDownloaded: (bytes: number) => void calls.push(`downloaded ${bytes}`),
	};
	beforeEach(() => {
		calls = [];
	});

	it('must tell each call with its outcome, and change none', async () => {
		const engine = measureEngine(createFakeEngine(), measures);
		expect(await engine.listContainers(signal)).to.deep.equal([]);
		const err = await engine.inspectContainer('nobody', signal).catch((thrown: unknown) => thrown);
		expect(err).to.be.instanceOf(SupervisorError).with.property('code', 'ENGINE_NOT_FOUND');
		expect(calls).to.deep.equal(['listContainers ok', 'inspectContainer ENGINE_NOT_FOUND']);
	});

	it('must leave streams as they are', async () => {
		const engine = measureEngine(createFakeEngine(), measures);
		const stop = new AbortController();
		stop.abort();
		for await (const event of engine.events(stop.signal)) expect(event).to.equal(undefined);
		expect(calls).to.deep.equal([]);
	});

	it('must hear of downloads beside the caller', async () => {
		const fake = createFakeEngine();
		const seen: number[] = [];
		const engine = measureEngine(
			{
				...fake,
				pullImage: (_reference, { onDownloaded, onProgress }) => {
					onProgress?.(100);
					onDownloaded?.(42);
					return Promise.resolve();
				},
			},
			measures,
		);
		await engine.pullImage('x', { signal, onProgress: (percent) => seen.push(percent) });
		expect(seen).to.deep.equal([100]);
		expect(calls).to.deep.equal(['downloaded 42', 'pullImage ok']);
	});
});
