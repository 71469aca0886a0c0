import { expect } from 'chai';
import { createStateBoard } from '../loop/board.ts';
import { createLocalControl } from './local-control.ts';

const image = `registry.example/v2/ab@sha256:${'7'.repeat(64)}`;

/** As the cloud sends it: what the compose file says is in the composition only, the cloud's own word beside it. */
const app = {
	id: 4711,
	name: 'cold-chain',
	releases: {
		abc: {
			id: 80,
			services: {
				web: {
					...{ id: 3, image_id: 8, image },
					environment: { MODE: 'cloud' },
					labels: { 'io.balena.features.dbus': '1' },
					composition: {
						image: 'web:1',
						ports: ['80:8080'],
						environment: ['MODE=compose', 'FROM_COMPOSE=1'],
						labels: { 'io.balena.features.supervisor-api': 1 },
					},
				},
			},
		},
	},
};

describe('the target state as command-line clients know it', () => {
	it('must have environment and labels of the composition, the cloud’s own above them', async () => {
		const { apps } = await createLocalControl({
			mode: { phase: 'off', record: undefined, post: () => Promise.resolve() },
			board: createStateBoard(),
			store: {
				loadTarget: () => Promise.resolve({ source: 'cloud', document: { apps: { a: app } } }),
			},
			isUnmanaged: false,
		}).state();
		expect(apps).to.deep.equal({
			'4711': {
				...{ name: 'cold-chain', commit: 'abc', releaseId: 80, volumes: {}, networks: {} },
				services: {
					'3': {
						...{ serviceName: 'web', serviceId: 3, imageId: 8, image, ports: ['80:8080'] },
						environment: { MODE: 'cloud', FROM_COMPOSE: '1' },
						labels: {
							'io.balena.features.supervisor-api': '1',
							'io.balena.features.dbus': '1',
						},
					},
				},
			},
		});
	});
});
