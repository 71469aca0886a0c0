import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { createMemoryConfig } from '../cloud/testing/memory-config.ts';
import { decodeEnvironment } from '../config/environment.ts';
import { systemClock } from '../kit/clock.ts';
import { silentLogger } from '../kit/logger.ts';
import { systemRandom } from '../kit/random.ts';
import { openStateStore } from '../store/open-state-store.ts';
import { preload } from './preload.ts';

describe('a preload on a device whose config.json keeps the journal on the disk', () => {
	let folder: string;
	beforeEach(async () => {
		folder = await mkdtemp(path.join(tmpdir(), 'holdfast-preload-'));
	});
	afterEach(() => rm(folder, { recursive: true, force: true }));

	const app = { id: 1, name: 'hello', releases: { c1: { id: 1, services: {} } } };
	const configAfter = async (
		config: Record<string, string>,
		configJson: Record<string, unknown>,
	): Promise<unknown> => {
		await writeFile(path.join(folder, 'apps.json'), JSON.stringify({ config, apps: { u1: app } }));
		const variables = { DATA_MOUNTPOINT: folder, BOOT_MOUNTPOINT: path.join(folder, 'boot') };
		const store = await openStateStore({
			...{ path: path.join(folder, 'd.sqlite'), log: silentLogger },
			...{ clock: systemClock, random: systemRandom },
		});
		try {
			const { environment } = decodeEnvironment(variables);
			const basis = { environment, config: createMemoryConfig(configJson), store };
			await preload({ ...basis, log: silentLogger }, () => undefined);
			const { document } = (await store.loadTarget()) ?? {};
			return (document as { config?: unknown } | undefined)?.config;
		} finally {
			await store.close();
		}
	};
	const kept = { apiEndpoint: 'https://api.example.com', persistentLogging: true };

	it('must leave it there until the cloud speaks of it', async () => {
		expect(await configAfter({ A: '1' }, kept)).to.deep.equal({
			A: '1',
			SUPERVISOR_PERSISTENT_LOGGING: 'true',
		});
	});

	for (const prefix of ['BALENA_', 'RESIN_', '']) {
		it(`must count more where it speaks of that itself: prefix “${prefix}”`, async () => {
			const config = { [`${prefix}SUPERVISOR_PERSISTENT_LOGGING`]: 'false' };
			expect(await configAfter(config, kept)).to.deep.equal(config);
		});
	}

	it('must hold nothing that config.json does not ask for, nor where config.json has the say', async () => {
		expect(await configAfter({}, { ...kept, persistentLogging: false })).to.deep.equal({});
		expect(await configAfter({}, { ...kept, apiEndpoint: '' })).to.deep.equal({});
	});
});
