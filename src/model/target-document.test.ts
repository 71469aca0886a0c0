import { expect } from 'chai';
import { SupervisorError } from '../kit/errors.ts';
import { decodeTargetDevice } from './target-document.ts';

const service = {
	id: 2,
	image_id: '3',
	image: 'registry.example/v2/ab@sha256:77',
	environment: {},
	labels: {},
};

function device(apps: Record<string, unknown>) {
	return { name: 'gate', apps, config: { RESIN_SUPERVISOR_POLL_INTERVAL: '10000' } };
}

function app(services: Record<string, unknown>, rest: Record<string, unknown> = {}) {
	const { id = 1, is_host = false, ...release } = rest;
	return { id, name: 'hello', is_host, releases: { c1: { id: 7, services, ...release } } };
}

function reasonsFor(services: Record<string, unknown>, rest?: Record<string, unknown>) {
	return decodeTargetDevice(device({ a: app(services, rest) })).rejected[0]?.reasons ?? [];
}

describe('decodeTargetDevice', () => {
	it('must decode what the cloud sends', () => {
		const composition = {
			labels: { 'io.balena.features.supervisor-api': '1' },
			command: ['sleep', 'infinity'],
			volumes: ['data:/data'],
			environment: { FROM_COMPOSE: '1' },
		};
		const document = app(
			{ main: { ...service, environment: { FLEET: 'x' }, composition } },
			{ volumes: { data: {} }, networks: {} },
		);
		const target = decodeTargetDevice(device({ b07a: document }));
		expect(target.deviceName).to.equal('gate');
		expect(target.config).to.deep.equal({ RESIN_SUPERVISOR_POLL_INTERVAL: '10000' });
		expect(target.rejected).to.deep.equal([]);
		const [only] = target.apps;
		expect(only).to.deep.include({ appUuid: 'b07a', appId: 1, name: 'hello', class: 'fleet' });
		expect(only?.release).to.deep.include({ releaseId: 7, commit: 'c1' });
		expect(only?.release?.services[0]).to.deep.include({
			serviceName: 'main',
			serviceId: 2,
			imageId: 3,
			image: 'registry.example/v2/ab@sha256:77',
			running: true,
			environment: { FROM_COMPOSE: '1', FLEET: 'x' },
			labels: { 'io.balena.features.supervisor-api': '1' },
		});
	});

	it('must let the cloud win over the composition, and read numbers of the composition as text', () => {
		const composition = {
			labels: { 'io.balena.features.dbus': 0, 'io.resin.features.firmware': 1, plain: true },
			environment: ['A=1', 'B=2', 'EMPTY'],
		};
		const labels = { 'io.resin.features.dbus': '1' };
		const document = app({ main: { ...service, composition, labels, environment: { A: '9' } } });
		const decoded = decodeTargetDevice(device({ a: document })).apps[0]?.release?.services[0];
		expect(decoded?.environment).to.deep.equal({ A: '9', B: '2', EMPTY: '' });
		expect(decoded?.labels).to.deep.equal({
			'io.balena.features.dbus': '1',
			'io.balena.features.firmware': '1',
			plain: 'true',
		});
	});

	it('must decode a valid app beside a bad one', () => {
		const bad = app({ web: { ...service, composition: { ports: ['x'] } } }, { id: 2 });
		const target = decodeTargetDevice(device({ bad, good: app({ main: service }) }));
		expect(target.apps.map(({ appUuid }) => appUuid)).to.deep.equal(['good']);
		expect(target.rejected).to.have.length(1);
		expect(target.rejected[0]).to.deep.include({ appUuid: 'bad', appId: 2, commit: 'c1' });
		expect(target.rejected[0]?.reasons[0]).to.match(/^services\.web\.ports\[0\]: must be/);
	});

	it('must go without a dependency that is not there, and say so', () => {
		const depends_on = { db: {}, cache: { required: false } };
		const target = decodeTargetDevice(
			device({ a: app({ web: { ...service, composition: { depends_on } } }) }),
		);
		expect(target.apps[0]?.release?.ignored).to.deep.equal([
			'services.web.depends_on: there is no service db, so it is not waited for',
		]);
	});

	it('must take the first of several releases', () => {
		const document = {
			id: 1,
			name: 'x',
			releases: { first: { id: 1 }, second: { id: 'not looked at' } },
		};
		const [only] = decodeTargetDevice(device({ a: document })).apps;
		expect(only?.release?.commit).to.equal('first');
	});

	it('must accept an app without a release', () => {
		const [only] = decodeTargetDevice(device({ a: { id: 1, name: 'x' } })).apps;
		expect(only).to.not.have.property('release');
	});

	it('must reject an app with the id of another', () => {
		const target = decodeTargetDevice(device({ a: app({ main: service }), b: app({}) }));
		expect(target.apps).to.have.length(1);
		expect(target.rejected[0]?.reasons).to.deep.equal(['id: 1 is the id of app a too']);
	});

	it("must tell the supervisor's own app apart", () => {
		const uuid = '52e35121417640b1b28a680504e4039b';
		const target = decodeTargetDevice(device({ [uuid]: app({ main: service }) }));
		expect(target.apps).to.deep.equal([]);
		expect(target.supervisorApp?.appUuid).to.equal(uuid);
	});

	it('must keep only ordinary services of host apps, and leave out host apps without any', () => {
		const system = { ...service, labels: { 'io.balena.image.store': 'root' } };
		const hidden = { ...service, composition: { labels: { 'io.balena.image.class': 'overlay' } } };
		const target = decodeTargetDevice(
			device({
				os: app({ a: system, b: hidden }, { id: 1, is_host: true }),
				mixed: app({ a: system, c: service }, { id: 2, is_host: true }),
			}),
		);
		expect(target.apps.map(({ appUuid }) => appUuid)).to.deep.equal(['mixed']);
		expect(target.apps[0]?.release?.services.map(({ serviceName }) => serviceName)).to.deep.equal([
			'c',
		]);
	});

	const faulty: readonly {
		name: string;
		services: Record<string, unknown>;
		rest?: Record<string, unknown>;
		reason: string;
	}[] = [
		{
			name: 'a missing image',
			services: { web: { ...service, image: undefined } },
			reason: 'services.web.image: must be a string',
		},
		{
			name: 'an environment value that is no string',
			services: { web: { ...service, environment: { A: 1 } } },
			reason: 'services.web.environment.A: must be a string',
		},
		{
			name: 'a bad name of a variable',
			services: { web: { ...service, environment: { '1A': 'x' } } },
			reason: 'services.web.environment.1A: the name must begin with a letter or _',
		},
		{
			name: 'a bad name of a label',
			services: { web: { ...service, labels: { 'a b': 'x' } } },
			reason: 'services.web.labels["a b"]: the name must be printable ASCII',
		},
		{
			name: 'a bad name of a service',
			services: { '-web': service },
			reason: 'services.-web: the name must start with a letter or digit',
		},
		{
			name: 'an id that is no integer',
			services: { web: { ...service, image_id: 'x' } },
			reason: 'services.web.image_id: must be an integer',
		},
		{
			name: 'a bad volume',
			services: {},
			rest: { volumes: { data: 5 } },
			reason: 'volumes.data: must be a map or null',
		},
		{
			name: 'a bad network',
			services: {},
			rest: { networks: { back: { ipam: 5 } } },
			reason: 'networks.back.ipam: must be a map',
		},
		{
			name: 'a shared network of a service that is not there',
			services: { web: { ...service, composition: { network_mode: 'service:db' } } },
			reason: 'services.web.network_mode: there is no service db',
		},
		{
			name: 'shared memory of a service that is not there',
			services: { web: { ...service, composition: { ipc: 'service:db' } } },
			reason: 'services.web.ipc: there is no service db',
		},
		{
			name: 'processes of a service that is not there',
			services: { web: { ...service, composition: { pid: 'service:db' } } },
			reason: 'services.web.pid: there is no service db',
		},
		{
			name: 'shared memory of a service that keeps its own to itself',
			services: {
				web: { ...service, composition: { ipc: 'service:db' } },
				db: { ...service, composition: { ipc: 'private' } },
			},
			reason: 'services.web.ipc: service db does not share its own (ipc private)',
		},
		{
			name: 'a circle of namespaces',
			services: {
				a: { ...service, composition: { ipc: 'service:b' } },
				b: { ...service, composition: { pid: 'service:a' } },
			},
			reason: 'services: a, b wait for one another (depends_on, network_mode, ipc or pid)',
		},
		{
			name: 'an undeclared network',
			services: { web: { ...service, composition: { networks: ['back'] } } },
			reason: 'services.web.networks: there is no network back',
		},
		{
			name: 'an undeclared network as mode',
			services: { web: { ...service, composition: { network_mode: 'back' } } },
			reason: 'services.web.network_mode: there is no network back',
		},
		{
			name: 'a circle of dependencies',
			services: {
				a: { ...service, composition: { depends_on: ['b'] } },
				b: { ...service, composition: { network_mode: 'service:a' } },
				c: service,
			},
			reason: 'services: a, b wait for one another',
		},
		{
			name: 'a dependency on itself',
			services: { a: { ...service, composition: { depends_on: ['a'] } } },
			reason: 'services: a wait for one another',
		},
		{
			name: 'a composition that is no map',
			services: { web: { ...service, composition: 'x' } },
			reason: 'services.web.composition: must be a map',
		},
	];
	for (const { name, services, rest, reason } of faulty) {
		it(`must reject an app with ${name}`, () => {
			expect(reasonsFor(services, rest).join('\n')).to.include(reason);
		});
	}

	it('must accept volumes that are not declared, and the default network', () => {
		const composition = { volumes: ['data:/data'], networks: ['default', 'supervisor0'] };
		expect(reasonsFor({ web: { ...service, composition } })).to.deep.equal([]);
	});

	const badDocuments: readonly [unknown, RegExp][] = [
		[null, /must be a map/],
		[[], /must be a map/],
		[{ name: 'x', config: {} }, /apps: must be a map/],
		[{ name: 5, config: {}, apps: {} }, /name: must be a string/],
		[{ name: 'a\nb', config: {}, apps: {} }, /name: must be one line/],
		[{ name: 'x', config: { A: 1 }, apps: {} }, /config\.A: must be a string/],
		[{ name: 'x', config: [], apps: {} }, /config: must be a map/],
	];
	for (const [document, message] of badDocuments) {
		it(`must refuse the document ${JSON.stringify(document)}`, () => {
			expect(() => decodeTargetDevice(document))
				.to.throw(SupervisorError, message)
				.with.property('code', 'TARGET_INVALID');
		});
	}
});
