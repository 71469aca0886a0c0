import { expect } from 'chai';
import type { DeviceSnapshot } from '../model/snapshot.ts';
import { serviceFamilies } from './metrics-services.ts';
import { containerOf, imageOf, snapshotOf, webApp } from './testing/snapshots.ts';

const { appUuid, appId, image } = webApp;
const labels = { app_id: '4711', app: 'cold-chain', service: 'web' };
const old = containerOf({ containerId: 'old', name: 'web_7_70_oldcommit' });
const next = containerOf({ containerId: 'next', state: 'created', createdAtSec: 20 });
const known = new Map([
	['old', { restarts: 2, memoryBytes: 5e6, cpuMs: 1500 }],
	['next', { restarts: 0 }],
]);

const read = async (name: string, snapshot: DeviceSnapshot): Promise<unknown> => {
	const families = serviceFamilies({
		snapshot: () => snapshot,
		vitals: () => Promise.resolve(known),
	});
	return families.find((family) => family.name === `holdfast_service_${name}`)?.read();
};

describe('the metrics of services', () => {
	const fetching = snapshotOf({ observed: { containers: [old] }, pulls: { [image]: 12 } });
	const handingOver = snapshotOf({ observed: { images: [imageOf()], containers: [old, next] } });
	const rejected = { appUuid, appId, name: 'cold-chain', reasons: ['bad'] };
	const refused = snapshotOf({
		target: { deviceName: 'gate-12', config: {}, apps: [], rejected: [rejected] },
		observed: { containers: [old] },
	});

	const cases = [
		{ name: 'while its next release is fetched', snapshot: fetching },
		{ name: 'while its next container is made', snapshot: handingOver },
		{ name: 'when its next release cannot be used', snapshot: refused },
	];
	for (const { name, snapshot } of cases) {
		it(`must tell of the container that runs, ${name}`, async () => {
			expect(await read('up', snapshot)).to.deep.equal([{ labels, value: 1 }]);
			expect(await read('restarts_total', snapshot)).to.deep.equal([{ labels, value: 2 }]);
			expect(await read('memory_bytes', snapshot)).to.deep.equal([{ labels, value: 5e6 }]);
			expect(await read('cpu_seconds_total', snapshot)).to.deep.equal([{ labels, value: 1.5 }]);
		});
	}

	it('must say of a service that it is down when nothing of it runs', async () => {
		expect(await read('up', snapshotOf())).to.deep.equal([{ labels, value: 0 }]);
		expect(await read('memory_bytes', snapshotOf())).to.deep.equal([]);
		const ended = snapshotOf({ observed: { containers: [containerOf({ state: 'exited' })] } });
		expect(await read('up', ended)).to.deep.equal([{ labels, value: 0 }]);
		const ill = snapshotOf({ observed: { containers: [containerOf({ health: 'unhealthy' })] } });
		expect(await read('up', ill)).to.deep.equal([{ labels, value: 0 }]);
	});
});
