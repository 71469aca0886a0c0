import { expect } from 'chai';
import { containerContract } from './contract/containers.ts';
import { imageContract } from './contract/images.ts';
import { loadingContract } from './contract/loading.ts';
import { resourceContract } from './contract/resources.ts';
import { streamContract } from './contract/streams.ts';
import type { EngineUnderTest } from './engine-under-test.ts';

/**
 * What every ContainerEngine must do; the fake and the real adapter both run it. The suite removes what it makes.
 * @param under - called in each test; the engine may be one for all of them
 */
export function containerEngineContract(under: () => EngineUnderTest): void {
	const never = new AbortController().signal;

	it('must answer a ping', async () => {
		await under().engine.ping(never);
	});

	it('must tell version, architecture and cgroup version', async () => {
		const info = await under().engine.info(never);
		expect(info.version).to.match(/^\d+\.\d+/);
		expect(info.architecture).to.match(/^(amd64|arm64|arm|386|riscv64)$/);
		expect(info.cgroupVersion).to.match(/^[12]$/);
	});

	it('must reject with the reason of a signal that has fired', async () => {
		const reason = new Error('enough');
		const err: unknown = await under()
			.engine.listContainers(AbortSignal.abort(reason))
			.catch((thrown: unknown) => thrown);
		expect(err).to.equal(reason);
	});

	describe('containers', () => containerContract(under));
	describe('images', () => imageContract(under));
	describe('images in archives', () => loadingContract(under));
	describe('networks and volumes', () => resourceContract(under));
	describe('streams', () => streamContract(under));
}
