import { open, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import type { ReleaseView } from '../../tools/cloud/dev/views.ts';
import { knownFile, twoServices } from '../support/deploy.ts';
import type { Composition } from '../support/stage.ts';
import { untilLogged, untilRuns, type SeenServices } from '../support/until.ts';
import { startWith } from '../support/start-with.ts';
import { useStage } from '../support/use-stage.ts';

const damages: Record<string, (path: string) => Promise<void>> = {
	'overwritten at its head': async (path) => {
		const file = await open(path, 'r+');
		await file.write('x'.repeat(200), 0);
		await file.close();
	},
	'cut off': async (path) => truncate(path, Math.floor((await stat(path)).size / 2)),
	'another kind of file': (path) => writeFile(path, 'not a database\n'.repeat(1000)),
	empty: (path) => truncate(path, 0),
	gone: (path) => rm(path),
};

const composition: Composition = {
	...twoServices,
	services: {
		...twoServices.services,
		web: { ...twoServices.services.web, labels: { 'io.balena.features.supervisor-api': '1' } },
	},
};

describe('a database that is damaged between two runs', () => {
	const stage = useStage();
	const images = { web: 'web1', worker: 'worker1' } as const;
	const file = () => knownFile(stage(), 'kept');
	let services: SeenServices;
	let release: ReleaseView;

	before(async () => {
		({ release, services } = await startWith(stage(), images, composition));
		await file().write();
	});

	for (const [name, spoil] of Object.entries(damages)) {
		it(`must cost no container and no volume when it is ${name}`, async () => {
			await stage().supervisor().stop();
			const path = join(stage().folder.root, 'data/database.sqlite');
			for (const suffix of ['-wal', '-shm']) await rm(path + suffix, { force: true });
			await spoil(path);
			await stage().start();
			if (name !== 'gone' && name !== 'empty') {
				await untilLogged(stage(), 'database is damaged or not ours: set aside');
			}
			const found = await untilRuns(stage(), release);
			expect(found.worker).to.deep.equal(services.worker);
			expect(found.web?.id).to.equal(services.web?.id);
			expect(await file().read()).to.equal('kept');
			services = found;
			const key = found.web?.env
				.find((line) => line.startsWith('BALENA_SUPERVISOR_API_KEY='))
				?.split('=')[1];
			const url = `http://127.0.0.1:${stage().folder.apiPort}/v2/device/name?apikey=${key ?? ''}`;
			expect((await fetch(url)).status, 'answer to the key of the service').to.equal(200);
		});
	}
});
