import { expect } from 'chai';
import { SupervisorError } from '../kit/errors.ts';
import { silentLogger } from '../kit/logger.ts';
import { decodeTargetDevice } from '../model/target-document.ts';
import type { ObservedContainer } from '../model/observed.ts';
import { cleanUpVolumes, type VolumeCleanUpDeps } from './clean-up-volumes.ts';

function appOf(id: number, volumes: string[]): object {
	const service = { id: 1, image_id: 1, image: 'x', environment: {}, labels: {} };
	const release = {
		id,
		services: { main: { ...service, composition: { volumes: ['implicit:/x'] } } },
		volumes: Object.fromEntries(volumes.map((name) => [name, {}])),
	};
	return { id, name: `app${id}`, releases: { c: release } };
}

const target = decodeTargetDevice({
	name: 'gate-12',
	config: {},
	apps: {
		'uuid-1': appOf(1, ['data']),
		'uuid-2': appOf(2, ['data']),
		'uuid-3': { id: 3, name: 7 },
	},
});

const everything = [
	'1_data',
	'1_implicit',
	'1_old',
	'1_mounted',
	'2_data',
	'2_old',
	'3_old',
	'9_gone',
	'odd',
];

describe('the clean-up of volumes', () => {
	/** @returns the volumes that are removed */
	async function removed(
		isInScope: (appId: number) => boolean,
		overrides: Partial<VolumeCleanUpDeps> = {},
		refused: Readonly<Record<string, SupervisorError>> = {},
	): Promise<string[]> {
		const gone: string[] = [];
		const deps: VolumeCleanUpDeps = {
			engine: {
				listVolumes: () =>
					Promise.resolve(everything.map((name) => ({ name, driver: 'local', labels: {} }))),
				listContainers: () =>
					Promise.resolve([{ volumes: ['1_mounted'] } as unknown as ObservedContainer]),
				removeVolume: (name) => {
					const failure = refused[name];
					if (failure !== undefined) return Promise.reject(failure);
					gone.push(name);
					return Promise.resolve();
				},
			},
			targets: () => Promise.resolve([target]),
			log: silentLogger,
			...overrides,
		};
		await cleanUpVolumes(isInScope, deps, new AbortController().signal);
		return gone;
	}

	it('must remove what nobody declares and nobody mounts', async () => {
		expect(await removed(() => true)).to.deep.equal(['1_old', '2_old', '9_gone']);
	});

	it('must not touch the volumes of an app out of scope', async () => {
		expect(await removed((appId) => appId === 1)).to.deep.equal(['1_old']);
	});

	it('must keep what any known target declares', async () => {
		const other = decodeTargetDevice({
			name: 'gate-12',
			config: {},
			apps: { 'uuid-1': appOf(1, ['old']), 'uuid-9': appOf(9, ['gone']) },
		});
		expect(
			await removed(() => true, { targets: () => Promise.resolve([target, other]) }),
		).to.deep.equal(['2_old']);
	});

	it('must remove nothing on a device that has no target', async () => {
		expect(await removed(() => true, { targets: () => Promise.resolve([]) })).to.deep.equal([]);
	});

	it('must keep what a container that is not ours mounts, and go on', async () => {
		const inUse = new SupervisorError('volume is in use', { code: 'ENGINE_REFUSED' });
		expect(await removed(() => true, {}, { '1_old': inUse })).to.deep.equal(['2_old', '9_gone']);
	});

	it('must fail when the engine is away', async () => {
		const away = new SupervisorError('away', { code: 'ENGINE_UNAVAILABLE' });
		const failure: unknown = await removed(() => true, {}, { '1_old': away }).catch(
			(err: unknown) => err,
		);
		expect(failure).to.equal(away);
	});
});
