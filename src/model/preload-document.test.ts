import { expect } from 'chai';
import { SupervisorError } from '../kit/errors.ts';
import { decodePreload } from './preload-document.ts';
import { decodeTargetDevice } from './target-document.ts';

describe('decodePreload', () => {
	it('must read the form of 2017', () => {
		const preload = decodePreload([
			{
				appId: '2167',
				name: 'myapplication',
				commit: 'commithash',
				imageId: 'registry.example/path/to/image',
				env: { KEY: 'value', RESIN_OLD: 'x' },
				config: { RESIN_SUPERVISOR_DELTA: '1', RESIN_APP_RESTART_POLICY: 'no' },
			},
		]);
		expect(preload.images).to.deep.equal(['registry.example/path/to/image']);
		expect(preload.pin).to.equal(undefined);
		const target = decodeTargetDevice(preload.document);
		expect(target.config).to.include({ RESIN_SUPERVISOR_DELTA: '1' });
		const [app] = target.apps;
		expect(app).to.deep.include({ appUuid: 'user-app', appId: 2167, name: 'myapplication' });
		const main = app?.release?.services[0];
		expect(main?.environment).to.deep.equal({ KEY: 'value' });
		expect(main?.labels).to.include({ 'io.balena.features.supervisor-api': '1' });
		expect(main?.composition).to.deep.include({
			privileged: true,
			networkMode: 'host',
			restart: { Name: 'no', MaximumRetryCount: 0 },
		});
		expect(main?.composition.volumes[0]).to.include({ volume: 'resin-data', target: '/data' });
	});

	const v2 = {
		config: {},
		apps: {
			'4711': {
				name: 'cold-chain',
				commit: '0d9e',
				releaseId: '88001',
				services: {
					'31007': {
						imageId: 65021,
						serviceName: 'main',
						image: 'local_main',
						labels: { 'io.balena.features.balena-socket': 1 },
						environment: { A: 1 },
						restart: 'always',
						command: null,
						networks: { default: null },
					},
				},
				volumes: {},
				networks: { default: { ipam: {} } },
			},
		},
		pinDevice: true,
	};

	it('must read the v2 form with its ids as uuids', () => {
		const preload = decodePreload(v2);
		expect(preload.pin).to.deep.equal({ appUuid: '4711', appId: 4711, commit: '0d9e' });
		const main = decodeTargetDevice(preload.document).apps[0]?.release?.services[0];
		expect(main).to.deep.include({
			serviceId: 31007,
			imageId: 65021,
			environment: { A: '1' },
			labels: { 'io.balena.features.balena-socket': '1' },
		});
		expect(main?.composition.ignored).to.deep.equal([]);
	});

	it('must give v2 apps the uuids that are known', () => {
		expect(decodePreload(v2, { '4711': 'b07a' }).pin?.appUuid).to.equal('b07a');
	});

	it('must read a v2 app without a commit as one without a release', () => {
		const { document } = decodePreload({ apps: { '1': { name: 'x', services: {} } } });
		expect(decodeTargetDevice(document).apps[0]?.release).to.equal(undefined);
	});

	it('must read the v3 form as it is', () => {
		const service = { id: 1, image_id: 1, image: 'i', environment: {}, labels: {} };
		const apps = {
			b07a: { id: 1, name: 'x', releases: { c: { id: 1, services: { main: service } } } },
		};
		const preload = decodePreload({ config: {}, apps, pinDevice: true });
		expect(preload.document).to.deep.equal({ name: 'local', config: {}, apps });
		expect(preload.images).to.deep.equal(['i']);
		expect(preload.pin).to.deep.equal({ appUuid: 'b07a', appId: 1, commit: 'c' });
	});

	it('must find nothing in an empty object', () => {
		expect(decodePreload({}).images).to.deep.equal([]);
	});

	const faulty: readonly [unknown, RegExp][] = [
		['text', /must be a map or a list/],
		[null, /must be a map or a list/],
		[[{}], /\[0\]\.appId: must be an integer/],
		[{ apps: [] }, /apps: must be a map/],
		[{ apps: { x: { name: 'x' } } }, /apps\.x: must be an integer/],
		[
			{ apps: { '1': { name: 'x', commit: 'c', services: { a: {} } } } },
			/apps\.1\.services\.a\.imageId/,
		],
		[
			{ apps: { b07a: { id: 'x', name: 'x', releases: {} } } },
			/apps\.b07a: id: must be an integer/,
		],
	];
	for (const [json, message] of faulty) {
		it(`must refuse ${JSON.stringify(json)} with the path`, () => {
			expect(() => decodePreload(json))
				.to.throw(SupervisorError, message)
				.with.property('code', 'PRELOAD_INVALID');
		});
	}
});
