import { expect } from 'chai';
import { ImageConfig, rewriteConfig } from './config.ts';

const base = { created: '2026-01-01T00:00:00Z', created_by: 'base' };

const built = (at: string, parent: string): ImageConfig =>
	ImageConfig.parse({
		architecture: 'amd64',
		os: 'linux',
		created: at,
		container: parent,
		docker_version: '20.10.24',
		config: { Image: parent, Hostname: parent, Entrypoint: ['/a'], Labels: { b: '2', a: '1' } },
		container_config: { Image: parent },
		rootfs: { type: 'layers', diff_ids: ['sha256:base', `sha256:${parent}`] },
		history: [
			base,
			{ created: at, created_by: '|1 BUILD_AGAIN=2 /bin/sh -c make', empty_layer: true },
			{ created: at, created_by: '/bin/sh -c #(nop) COPY' },
		],
	});

describe('the configuration of a supervisor image', () => {
	const change = {
		created: new Date('2026-11-20T00:00:00Z'),
		diffIds: ['sha256:base', 'sha256:ours'],
		baseLayers: 1,
	};

	it('must be the same for two builds of the same files', () => {
		const first = rewriteConfig(built('2026-11-20T01:00:00Z', 'one'), change);
		const second = rewriteConfig(built('2026-11-21T02:00:00Z', 'two'), change);
		expect(JSON.stringify(first)).to.equal(JSON.stringify(second));
	});

	it('must keep what containers get, and the history of the base', () => {
		const created = '2026-11-20T00:00:00.000Z';
		expect(rewriteConfig(built('2026-11-20T01:00:00Z', 'one'), change)).to.deep.equal({
			architecture: 'amd64',
			os: 'linux',
			created,
			config: { Entrypoint: ['/a'], Labels: { a: '1', b: '2' } },
			rootfs: { type: 'layers', diff_ids: ['sha256:base', 'sha256:ours'] },
			history: [
				base,
				{ created, created_by: '/bin/sh -c make', empty_layer: true },
				{ created, created_by: '/bin/sh -c #(nop) COPY' },
			],
		});
	});
});
