import { expect } from 'chai';
import type { EngineObjects } from '../ports/engine-inventory.ts';
import { leftoversOf, toSnapshot, type Keepers } from './local-leftovers.ts';

const plain = (id: string, names: readonly string[] = [id], labels = {}) => ({ id, names, labels });

const containerOf = (id: string, imageId: string, more: object = {}) => ({
	...plain(id),
	imageId,
	volumes: [],
	networks: [],
	...more,
});

const before: EngineObjects = {
	containers: [containerOf('web', 'sha256:web')],
	images: [plain('sha256:web', ['web:1'])],
	networks: [plain('n1', ['4711_default'])],
	volumes: [plain('4711_data')],
};

const nobody: Keepers = { supervisorContainers: [], images: [], appIds: [] };

const snapshot = toSnapshot(before, 'then');

function since(made: Partial<EngineObjects>): EngineObjects {
	return {
		containers: [...before.containers, ...(made.containers ?? [])],
		images: [...before.images, ...(made.images ?? [])],
		networks: [...before.networks, ...(made.networks ?? [])],
		volumes: [...before.volumes, ...(made.volumes ?? [])],
	};
}

describe('leftoversOf', () => {
	it('must find nothing where nothing was made', () => {
		const leftovers = leftoversOf(before, snapshot, nobody);
		expect(Object.values(leftovers).flat()).to.deep.equal([]);
	});

	it('must find all that was made, whoever made it, and every name of an image', () => {
		const made = {
			containers: [containerOf('main', 'sha256:main'), containerOf('by-hand', 'sha256:web')],
			images: [plain('sha256:main', ['local_image_main:latest', 'other:1']), plain('sha256:x', [])],
			networks: [plain('n2', ['1_default'])],
			volumes: [plain('1_resin-data'), plain('f'.repeat(64))],
		};
		expect(leftoversOf(since(made), snapshot, nobody)).to.deep.equal({
			containers: ['main', 'by-hand'],
			images: ['local_image_main:latest', 'other:1', 'sha256:x'],
			networks: ['n2'],
			volumes: ['1_resin-data', 'f'.repeat(64)],
		});
	});

	it('must take a network that has a new id since the engine started again for the one it was', () => {
		const networks = [plain('another-id', ['4711_default'])];
		expect(leftoversOf({ ...before, networks }, snapshot, nobody).networks).to.deep.equal([]);
	});

	for (const c of [
		{ name: 'its usual name', own: containerOf('s', 'sha256:s', { names: ['balena_supervisor'] }) },
		{ name: 'its former name', own: containerOf('s', 'sha256:s', { names: ['resin_supervisor'] }) },
		{ name: 'the id it was told', own: containerOf('abcdef0123', 'sha256:s') },
	]) {
		it(`must leave the supervisor and all it uses alone, told by ${c.name}`, () => {
			const made = {
				containers: [{ ...c.own, volumes: ['state'], networks: ['sup-net'] }],
				images: [plain('sha256:s', ['supervisor:2'])],
				networks: [plain('n3', ['sup-net']), plain('n4', ['supervisor0'])],
				volumes: [plain('state')],
			};
			const keepers = { ...nobody, supervisorContainers: ['', 'abcdef'] };
			const leftovers = leftoversOf(since(made), snapshot, keepers);
			expect(Object.values(leftovers).flat()).to.deep.equal([]);
		});
	}

	it('must leave alone what belongs to apps that hold throughout, and images that are wanted', () => {
		const labels = { 'io.balena.app-id': '9' };
		const made = {
			containers: [containerOf('block', 'sha256:block', { labels })],
			images: [plain('sha256:next', ['registry.example/v2/next:latest'])],
			networks: [plain('n5', ['9_default'], labels)],
			volumes: [plain('9_data'), plain('91_data')],
		};
		const keepers = { ...nobody, appIds: [9], images: ['registry.example/v2/next'] };
		expect(leftoversOf(since(made), snapshot, keepers)).to.deep.equal({
			containers: [],
			images: [],
			networks: [],
			volumes: ['91_data'],
		});
	});
});
