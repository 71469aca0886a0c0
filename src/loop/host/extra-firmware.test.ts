import { expect } from 'chai';
import { ConfigJson } from '../../config/config-json.ts';
import { silentLogger } from '../../kit/logger.ts';
import { createFakeClock, type FakeClock } from '../../kit/testing/fake-clock.ts';
import type { ObservedContainer } from '../../model/observed.ts';
import { createStateBoard, type StateBoard } from '../board.ts';
import { createExtraFirmware } from './extra-firmware.ts';

const feature = 'io.balena.features.extra-firmware';
const container: ObservedContainer = {
	...{ containerId: 'c1', name: 'web_1_1_c1', state: 'running', createdAtSec: 0 },
	...{ engineImageId: 'sha256:1', imageReference: 'web:1', networkMode: 'host' },
	...{ networks: [], labels: { [feature]: '1' }, volumes: ['extra-firmware'] },
};

describe('the volume of further firmware', () => {
	let board: StateBoard;
	let clock: FakeClock;
	let file: Record<string, unknown>;
	let writes: number;
	let fault: Error | undefined;
	let said: string[];
	let end: () => Promise<void>;

	beforeEach(() => {
		[board, clock, writes, fault, said] = [createStateBoard(), createFakeClock(), 0, undefined, []];
		file = { os: { network: { connectivity: {} }, kernel: { other: 1 } } };
		const job = createExtraFirmware({
			...{
				board,
				clock,
				log: silentLogger,
				announce: (message: string) => void said.push(message),
			},
			config: {
				read: () => Promise.resolve(ConfigJson.parse(file)),
				update(patch) {
					if (fault !== undefined) return Promise.reject(fault);
					writes += 1;
					Object.assign(file, patch);
					return Promise.resolve(ConfigJson.parse(file));
				},
			},
		});
		const ending = new AbortController();
		const ended = job.run(ending.signal);
		end = async () => {
			ending.abort();
			await ended;
		};
	});
	afterEach(() => end());

	const observe = async (...containers: ObservedContainer[]): Promise<void> => {
		const nothing = { atMs: 0, images: [], networks: [], volumes: [] };
		board.update({ observed: { ...nothing, containers } });
		await clock.advance(0);
	};

	it('must be named in config.json once a service has it, beside what else is there', async () => {
		await observe(container);
		expect(file).to.deep.equal({
			os: {
				network: { connectivity: {} },
				kernel: { other: 1, extraFirmwareVol: 'extra-firmware' },
			},
		});
		await observe(container);
		await observe();
		expect(writes).to.equal(1);
	});

	it('must not be named for a service that does not ask for it', async () => {
		await observe({ ...container, labels: {} });
		await observe({ ...container, labels: { [feature]: '0' } });
		expect(writes).to.equal(0);
	});

	it('must be named later when config.json cannot be written, and that be told once', async () => {
		fault = new Error('disk is full');
		await observe(container);
		await clock.advance(600_000);
		expect(said).to.deep.equal(['Error applying configuration change: disk is full']);
		fault = undefined;
		await clock.advance(600_000);
		expect(file).to.have.nested.property('os.kernel.extraFirmwareVol', 'extra-firmware');
	});
});
