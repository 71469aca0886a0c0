import { expect } from 'chai';
import fc from 'fast-check';
import { hasCode } from '../../kit/errors.ts';
import { toV2Apps } from './local-apps.ts';
import { decodeLocalDocument } from './local-document.ts';

/** As balena-cli 25 posts a project that is a Dockerfile and nothing else. */
const dockerfileOnly = {
	local: {
		name: 'bench-3',
		config: { SUPERVISOR_POLL_INTERVAL: '900000' },
		apps: {
			'1': {
				name: 'localapp',
				commit: '10ca12e1ea5e',
				releaseId: '1',
				services: {
					'1': {
						environment: { X: '1', Y: '2' },
						labels: {
							'io.resin.features.kernel-modules': '1',
							'io.resin.features.firmware': '1',
							'io.resin.features.dbus': '1',
							'io.resin.features.supervisor-api': '1',
							'io.resin.features.resin-api': '1',
						},
						privileged: true,
						tty: true,
						restart: 'always',
						network_mode: 'host',
						volumes: ['resin-data:/data'],
						imageId: 1,
						serviceName: 'main',
						serviceId: 1,
						image: 'local_image_main:latest',
						running: true,
					},
				},
				volumes: { 'resin-data': {} },
				networks: {},
			},
		},
	},
};

/** What the two generations of balena-cli make of one composition. */
const generations = {
	'25.2.6': {
		image: 'local_image_main:latest',
		command: null,
		networks: { default: null, mynet: null },
		mem_limit: '67108864',
		tmpfs: ['/tmp'],
		devices: ['/dev/null:/dev/xnull:rwm'],
		sysctls: { 'net.core.somaxconn': '1024' },
		labels: { 'io.balena.features.balena-socket': '1' },
	},
	'22.5.5': {
		image: 'local_main',
		networks: ['default', 'mynet'],
		mem_limit: '64m',
		tmpfs: '/tmp',
		devices: ['/dev/null:/dev/xnull'],
		sysctls: { 'net.core.somaxconn': 1024 },
		expose: ['81'],
		labels: { 'io.balena.features.balena-socket': 1 },
	},
};

const shared = {
	environment: { A: '1', C: '' },
	healthcheck: { test: ['CMD', 'true'], interval: '30s' },
	stop_grace_period: '1m30s',
	depends_on: ['side'],
	ports: ['8080:80', '127.0.0.1:9000:9000/udp'],
	cap_add: ['NET_ADMIN'],
	ulimits: { nofile: 1024 },
	extra_hosts: ['a:1.2.3.4'],
};

function composed(main: object) {
	const names = { imageId: 1, serviceName: 'main', serviceId: 1, running: true };
	const side = { imageId: 2, serviceName: 'side', serviceId: 2, image: 'local_image_side:latest' };
	const services = { '1': { ...shared, ...main, ...names }, '2': side };
	const networks = { default: { ipam: {} }, mynet: { ipam: {} } };
	const app = { name: 'localapp', commit: 'c', releaseId: '1', services, volumes: {}, networks };
	return { local: { name: 'bench-3', config: {}, apps: { '1': app } } };
}

function refusal(body: unknown): string {
	try {
		decodeLocalDocument(body);
	} catch (err) {
		if (hasCode(err, 'TARGET_INVALID')) return err.message;
		throw err;
	}
	return 'was taken';
}

describe('decodeLocalDocument', () => {
	it("must read a Dockerfile project; its app's id is its uuid", () => {
		const { target, force } = decodeLocalDocument(dockerfileOnly);
		const [app] = target.apps;
		expect([app?.appUuid, app?.appId, app?.release?.releaseId]).to.deep.equal(['1', 1, 1]);
		const [service] = app?.release?.services ?? [];
		expect(service?.image).to.equal('local_image_main:latest');
		expect(service?.labels).to.include({ 'io.balena.features.balena-api': '1' });
		expect(service?.composition).to.include({ networkMode: 'host', privileged: true });
		expect(force).to.equal(false);
	});

	it('must read the same composition from both generations as the same services', () => {
		const [new25, old22] = Object.values(generations).map((main) => {
			const [app] = decodeLocalDocument(composed(main)).target.apps;
			const [service] = app?.release?.services ?? [];
			const { image: _, composition, ...rest } = service ?? {};
			return { rest, composition: { ...composition, expose: [] } };
		});
		expect(old22).to.deep.equal(new25);
	});

	it('must take an empty name for none', () => {
		for (const name of ['', null]) {
			const { document, target } = decodeLocalDocument({ local: { name, apps: {} } });
			expect(document.name).to.equal(undefined);
			expect(target.deviceName).to.equal('local');
		}
	});

	it('must put services onto the same networks, whichever generation names them', () => {
		const ofBoth = [
			{
				main: { command: null, networks: { default: null } },
				side: { command: null, networks: { mynet: null } },
				networks: { default: { ipam: {} }, mynet: { ipam: {} } },
			},
			{ main: {}, side: { networks: ['mynet'] }, networks: { mynet: {} } },
		].map(({ main, side, networks }) => {
			const names = (id: number, serviceName: string): object => {
				const image = `local_${serviceName}`;
				return { imageId: id, serviceName, serviceId: id, image, running: true };
			};
			const services = {
				'1': { ...main, ...names(1, 'main') },
				'2': { ...side, ...names(2, 'side') },
			};
			const app = {
				name: 'localapp',
				commit: 'c',
				releaseId: '1',
				services,
				volumes: {},
				networks,
			};
			const [decoded] = decodeLocalDocument({ local: { apps: { '1': app } } }).target.apps;
			return (decoded?.release?.services ?? []).map(({ serviceName, composition }) => {
				const named = composition.networks.map(({ network }) => network);
				return [serviceName, named.length === 0 ? ['default'] : named];
			});
		});
		const seen = [
			['main', ['default']],
			['side', ['mynet']],
		];
		expect(ofBoth).to.deep.equal([seen, seen]);
	});

	for (const [generation, main] of Object.entries(generations)) {
		it(`must give back the apps that ${generation} posted, so that posting them again changes nothing`, () => {
			const first = decodeLocalDocument(composed(main));
			const apps = toV2Apps(first.document.apps);
			const again = decodeLocalDocument({ local: { config: {}, apps } });
			expect(again.target.apps).to.deep.equal(first.target.apps);
		});
	}

	it('must take scalars of the configuration by their text, and force from the top level', () => {
		const body = { local: { config: { A: 1, B: true }, apps: {} }, force: 'true' };
		const { document, force } = decodeLocalDocument(body);
		expect(document).to.deep.equal({ name: undefined, config: { A: '1', B: 'true' }, apps: {} });
		expect(force).to.equal(true);
	});

	it('must take an app without a commit for one without a release', () => {
		const { target } = decodeLocalDocument({ local: { apps: { '1': { name: 'x' } } } });
		expect(target.apps[0]?.release).to.equal(undefined);
	});

	for (const c of [
		{ body: undefined, says: /must be a map with a member local/ },
		{ body: {}, says: /local: must be a map/ },
		{ body: { local: 7 }, says: /local: must be a map/ },
		{ body: { local: {} }, says: /local\.apps: must be a map/ },
		{ body: { local: { apps: { x: { name: 'a' } } } }, says: /local\.apps\.x: must be an integer/ },
		{
			body: composed({ image: 'a', networks: { nowhere: null } }),
			says: /local\.apps\.1\.services\.main\.networks: there is no network nowhere/,
		},
		{ body: composed({ image: 'a', ports: ['x'] }), says: /local\.apps\.1\.services\.main\.ports/ },
	]) {
		it(`must refuse what is not valid and say where and why: ${c.says.source}`, () => {
			expect(refusal(c.body)).to.match(c.says);
		});
	}

	it('must take or refuse whatever a client sends, and never fail otherwise', () => {
		const member = fc.oneof(fc.jsonValue(), fc.constantFrom('1', 'main', '__proto__', null));
		const service = fc.dictionary(
			fc.constantFrom(
				'serviceName',
				'serviceId',
				'imageId',
				'image',
				'ports',
				'labels',
				'networks',
			),
			member,
		);
		const app = fc.record(
			{
				name: member,
				commit: member,
				releaseId: member,
				services: fc.oneof(member, fc.dictionary(fc.constantFrom('1', 'x', '__proto__'), service)),
				volumes: member,
				networks: member,
			},
			{ requiredKeys: [] },
		);
		const apps = fc.dictionary(fc.constantFrom('1', '01', '-1', 'x', '__proto__'), app);
		const local = fc.record({ name: member, config: member, apps }, { requiredKeys: ['apps'] });
		const body = fc.oneof(fc.jsonValue(), fc.record({ local, force: member }));
		fc.assert(
			fc.property(body, (value) => {
				refusal(value); // throws what is no refusal
			}),
			{ numRuns: 500 },
		);
	});
});
